//! Whatever happens in whatever order, the indexes agree and the limits hold.

use model::Clock;
use proptest::prelude::*;

use super::*;

const TOTAL: usize = 6;
const PER_IP: usize = 4;
const PER_USER: usize = 2;

#[derive(Debug, Clone)]
enum Step {
    Reserve { project: i64, user: Option<u8>, ip: u8, vip: bool, json: bool },
    Register { which: usize, id: u8 },
    Abandon { which: usize },
    Disconnect { which: usize },
    Speak { which: usize, subscribe: bool },
    Wait { ms: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0usize..8;
    prop_oneof![
        4 => (1i64..3, prop::option::of(0u8..3), 0u8..3, any::<bool>(), any::<bool>()).prop_map(
            |(project, user, ip, vip, json)| Step::Reserve { project, user, ip, vip, json }
        ),
        // Few ids, so that some are given out twice.
        3 => (which.clone(), 0u8..20).prop_map(|(which, id)| Step::Register { which, id }),
        1 => which.clone().prop_map(|which| Step::Abandon { which }),
        1 => which.clone().prop_map(|which| Step::Disconnect { which }),
        2 => (which, any::<bool>())
            .prop_map(|(which, subscribe)| Step::Speak { which, subscribe }),
        1 => (0i64..100_000).prop_map(|ms| Step::Wait { ms }),
    ]
}

#[derive(Default)]
struct Guests {
    reserved: Vec<Reservation>,
    connected: Vec<Registered>,
}

impl Guests {
    fn take(&mut self, house: &House, step: Step) {
        match step {
            Step::Reserve { project, user, ip, vip, json } => {
                let applied = house.registry.reserve(Applicant {
                    project: ProjectId(project),
                    user: user.map(|n| n.to_string()),
                    ip: address(ip),
                    tier: if vip { Tier::Vip } else { Tier::Normal },
                    protocol: if json { Protocol::Json } else { Protocol::SocketIo },
                    per_user: if json { PER_USER } else { 0 },
                });
                if let Ok((reservation, evict)) = applied {
                    self.reserved.push(reservation);
                    evict.into_iter().for_each(Evict::close);
                }
            }
            Step::Register { which, id } if which < self.reserved.len() => {
                let registered = self.reserved.swap_remove(which);
                self.connected.push(registered.register(house.info(&id.to_string())));
            }
            Step::Abandon { which } if which < self.reserved.len() => {
                drop(self.reserved.swap_remove(which));
            }
            Step::Disconnect { which } if which < self.connected.len() => {
                drop(self.connected.swap_remove(which));
            }
            Step::Speak { which, subscribe } => {
                if let Some(registered) = self.connected.get(which) {
                    registered.connection().received(1, house.clock.now());
                    registered.connection().subscribed(u32::from(subscribe), None);
                }
            }
            Step::Wait { ms } => house.clock.advance(ms),
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn the_indexes_agree_after_every_step(steps in prop::collection::vec(step(), 1..80)) {
        let house = House::of(TOTAL, PER_IP);
        let mut guests = Guests::default();
        for step in steps {
            guests.take(&house, step);
            assert_indexes_agree(&house.registry);
            let live = guests.connected.iter().filter(|c| c.connection().ending().is_none());
            prop_assert_eq!(house.registry.held(), guests.reserved.len() + live.count());
            let table = house.registry.table();
            prop_assert!(table.by_source.values().all(|&held| held <= PER_IP));
            let json = table.by_user.iter().filter(|(key, _)| key.protocol == Protocol::Json);
            prop_assert!(json.into_iter().all(|(_, holding)| holding.held <= PER_USER));
        }
        drop(guests);
        assert_empty(&house.registry);
    }
}
