mod books;
mod indexes;
mod limits;
mod race;
mod views;

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use model::{ManualClock, ProjectId};

use super::*;

const PROJECT: ProjectId = ProjectId(1);

/// A registry, the clock that moves it, and whom it told to close.
struct House {
    registry: Registry,
    clock: Arc<ManualClock>,
    closed: Arc<Mutex<Vec<(String, CloseReason)>>>,
}

impl House {
    fn new(options: Options) -> Self {
        let clock = Arc::new(ManualClock::at(1_000_000));
        let registry = Registry::new(options, Arc::clone(&clock) as Arc<dyn model::Clock>);
        House { registry, clock, closed: Arc::default() }
    }

    fn of(total: usize, per_ip: usize) -> Self {
        House::new(Options { total, per_ip, ..Options::default() })
    }

    fn info(&self, id: &str) -> ConnectionInfo {
        let closed = Arc::clone(&self.closed);
        let registry = self.registry.clone();
        let name = id.to_owned();
        ConnectionInfo {
            id: id.into(),
            roles: vec!["viewer".to_owned()],
            agent: "Mozilla/5.0".to_owned(),
            transport: Transport::WebSocket,
            close: Box::new(move |reason| {
                // Would never return if handles were called under the lock.
                registry.held();
                closed.lock().expect("no panic").push((name.clone(), reason));
            }),
        }
    }

    fn connect(&self, id: &str, applicant: Applicant) -> Registered {
        let (reservation, evict) = self.registry.reserve(applicant).expect("a place");
        assert!(evict.is_none(), "nobody had to go");
        reservation.register(self.info(id))
    }

    fn refusal(&self, applicant: Applicant) -> Option<LimitError> {
        self.registry.reserve(applicant).err()
    }

    fn closed(&self) -> Vec<(String, CloseReason)> {
        self.closed.lock().expect("no panic").clone()
    }
}

fn applicant(user: Option<&str>) -> Applicant {
    Applicant {
        project: PROJECT,
        user: user.map(str::to_owned),
        ip: address(1),
        tier: Tier::Normal,
        protocol: Protocol::Json,
        per_user: 3,
    }
}

fn vip() -> Applicant {
    Applicant { tier: Tier::Vip, ..applicant(Some("operator")) }
}

fn address(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

/// What must hold whenever nobody is inside.
fn assert_indexes_agree(registry: &Registry) {
    let table = registry.table();
    assert!(table.held <= registry.options().total);
    assert!(table.by_id.len() <= table.held);
    assert_eq!(table.by_source.values().sum::<usize>(), table.held);
    assert!(table.by_source.values().all(|&held| held > 0));
    assert!(table.by_user.values().all(|h| h.held > 0 && h.open.len() <= h.held));
    assert!(table.by_project.values().all(|ids| !ids.is_empty()));
    let of_projects: usize = table.by_project.values().map(|ids| ids.len()).sum();
    assert_eq!(of_projects, table.by_id.len());
    let known = table.by_id.values().filter(|record| record.user().is_some()).count();
    assert_eq!(table.by_user.values().map(|h| h.open.len()).sum::<usize>(), known);
    let open = table.counters.connects - table.counters.disconnects.values().sum::<u64>();
    assert_eq!(usize::try_from(open), Ok(table.by_id.len()));
}

fn assert_empty(registry: &Registry) {
    assert_indexes_agree(registry);
    let table = registry.table();
    assert_eq!((table.held, table.by_id.len()), (0, 0));
    assert!(table.by_user.is_empty() && table.by_source.is_empty() && table.by_project.is_empty());
}
