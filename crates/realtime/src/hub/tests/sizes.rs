//! Ten thousand idle connections are to take less than 6 KiB each, kernel and allocator included.

use std::mem::size_of;

use super::*;
use crate::engineio::Session;
use crate::hub::members::Member;

#[test]
fn what_a_connection_takes_is_small() {
    let sizes = [
        ("Link", size_of::<Link>(), 256),
        ("Session", size_of::<Session>(), 256),
        ("Entry", size_of::<Entry>(), 80),
        ("Member", size_of::<Member>(), 40),
        ("Subscriber", size_of::<Subscriber>(), 64),
    ];
    for (name, size, most) in sizes {
        assert!(size <= most, "{name} takes {size} bytes: {sizes:?}");
    }
    let all: usize = sizes.iter().map(|(_, size, _)| size).sum();
    assert!(all <= 640, "{all} bytes in all: {sizes:?}");
}
