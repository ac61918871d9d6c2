//! What is agreed on was offered, a refusal is small, and the first message settles it for good.
//!
//! Input: four lines: path, query, subprotocols, first message.
#![no_main]

use fuzz::is_fit_to_be_answered;
use libfuzzer_sys::fuzz_target;
use realtime::native::{Protocol, select};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(4, '\n');
    let path = lines.next().unwrap_or_default();
    let mut line = || lines.next().filter(|line| !line.is_empty());
    let (query, offered, first) = (line(), line(), line().unwrap_or_default());
    for default in [Protocol::Simple, Protocol::Json] {
        let selection = match select(path, query, offered, default) {
            Ok(selection) => selection,
            Err(unsupported) => {
                is_fit_to_be_answered(&unsupported.refusal);
                continue;
            }
        };
        if let Some(name) = selection.subprotocol {
            let mut list = offered.unwrap_or_default().split(',');
            assert!(list.any(|offer| offer.trim() == name));
            assert_eq!(name, selection.protocol.subprotocol());
        }
        assert!(!selection.tentative || selection.protocol == default);
        let settled = selection.settle(first.as_bytes());
        assert!(!settled.tentative);
        assert!(selection.tentative || settled.protocol == selection.protocol);
        assert_eq!(settled.settle(b"{\"action\":1}"), settled);
        assert_eq!(
            (settled.version, settled.subprotocol),
            (selection.version, selection.subprotocol)
        );
    }
});
