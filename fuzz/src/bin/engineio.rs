//! A packet has one spelling, so what was read is written as it came; bodies likewise, and they
//! are cut at the limits.
//!
//! Input: how many packets are allowed, the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use realtime::engineio::packet::{Packet, decode_text};
use realtime::engineio::payload::{PayloadError, PayloadLimits, PayloadWriter, split};

const MAX_BYTES: usize = 2048;

fuzz_target!(|data: &[u8]| {
    let Some((&packets, body)) = data.split_first() else { return };
    let limits = PayloadLimits { bytes: MAX_BYTES, packets: usize::from(packets) };
    if let Ok(text) = std::str::from_utf8(body)
        && let Ok(packet) = decode_text(text)
    {
        assert_eq!(packet.to_text(), text);
    }
    let Ok(packets) = split(body, limits) else {
        assert!(body.len() > MAX_BYTES || std::str::from_utf8(body).is_err());
        return;
    };
    let results: Vec<_> = packets.collect();
    let errors = results.iter().filter(|result| result.is_err()).count();
    assert!(errors == 0 || (errors == 1 && results.last().is_some_and(Result::is_err)));
    assert!(results.len() - errors <= limits.packets);
    let read: Result<Vec<_>, PayloadError> = results.into_iter().collect();
    if let Ok(packets) = read {
        assert_eq!(written(&packets, usize::MAX).as_bytes(), body);
        let first = packets.first().map_or(0, |packet| packet.to_text().len());
        assert!(written(&packets, limits.packets).len() <= first.max(limits.packets));
    }
});

/// As many of the packets as fit.
fn written(packets: &[Packet<'_>], budget: usize) -> String {
    let mut writer = PayloadWriter::new(budget);
    let fitting = packets.iter().take_while(|packet| match packet {
        Packet::Binary(bytes) => writer.push_binary(bytes),
        other => writer.push_text(&other.to_text()),
    });
    let count = fitting.count();
    assert_eq!(count, writer.packets());
    writer.into_body()
}
