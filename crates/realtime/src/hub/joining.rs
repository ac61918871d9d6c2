//! Into several rooms at once, with what was said there before.

use std::sync::Arc;

use bytes::Bytes;

use super::event::Event;
use super::filter::Filter;
use super::history::Since;
use super::members::Terms;
use super::order::Order;
use super::subscriber::Subscriber;
use super::wire::Dialect;

/// A room that a subscriber wants to be in.
#[derive(Debug, Clone)]
pub struct Wish {
    pub room: Arc<str>,
    pub terms: Terms,
    /// What came after this offset, if all of it is still known.
    pub after: Option<u64>,
    /// Without that, or where it is not known: so many of the latest. Who asks for neither and is
    /// in the room already stays where it is, on the new terms.
    pub last: usize,
}

/// What was said in a room before, as far as the subscriber's terms let it through.
#[derive(Debug)]
pub struct Granted {
    pub room: Arc<str>,
    pub earlier: Vec<Arc<Event>>,
    /// Something between the offset that was asked for and these is missing.
    pub gap: bool,
}

impl Subscriber {
    /// Into all rooms at the same moment, which is the offset that is returned. What `greet` makes
    /// of the past goes out before anything new of any of them.
    pub fn join_all(
        &self,
        wishes: &[Wish],
        greet: impl FnOnce(u64, &[Granted]) -> Option<Bytes>,
    ) -> u64 {
        // Held until everything is done, so that nothing is published in between.
        let order = self.core.order();
        let offset = order.offset();
        let granted: Vec<_> = wishes.iter().map(|wish| self.grant(&order, wish)).collect();
        if let Some(greeting) = greet(offset, &granted) {
            self.send(greeting);
        }
        for wish in wishes {
            let keeps_place = wish.after.is_none() && wish.last == 0;
            self.in_table(|table| {
                if !keeps_place || !table.retune(self.slot, &wish.room, &wish.terms) {
                    table.join(self.slot, &wish.room, offset, wish.terms.clone());
                }
            });
        }
        drop(order);
        offset
    }

    fn grant(&self, order: &Order, wish: &Wish) -> Granted {
        let room = Arc::clone(&wish.room);
        let filter = wish.terms.filter.as_deref();
        let missed = wish.after.map(|after| order.since(&self.scope, &[Arc::clone(&room)], after));
        let gap = matches!(missed, Some(Since::Gap { .. }));
        let earlier = match missed {
            Some(Since::Complete(mut missed)) => {
                missed.retain(|event| event.passes(filter));
                missed
            }
            _ => self.latest(order, &room, filter, wish.last),
        };
        Granted { room, earlier, gap }
    }

    /// The latest of those that pass, not those of the latest that pass.
    fn latest(
        &self,
        order: &Order,
        room: &str,
        filter: Option<&Filter>,
        count: usize,
    ) -> Vec<Arc<Event>> {
        if filter.is_none() || count == 0 {
            return order.last(&self.scope, room, count);
        }
        let mut all = order.last(&self.scope, room, usize::MAX);
        all.retain(|event| event.passes(filter));
        all.split_off(all.len().saturating_sub(count))
    }

    /// What goes out from now on is in another dialect.
    pub fn speak(&self, dialect: Dialect) {
        self.in_table(|table| table.speak(self.slot, dialect));
    }

    /// Other terms for a room that it is in, without missing anything.
    pub fn retune(&self, room: &str, terms: &Terms) -> bool {
        self.in_table(|table| table.retune(self.slot, room, terms)).unwrap_or(false)
    }
}
