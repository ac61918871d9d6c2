use clap::ValueEnum;

/// In which words the stage is spoken to. Either way `go {k, size}` makes the server send k messages
/// `m {ts, pad}` to everyone, and `run {rate, secs, size}` makes it send them in an open loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    SocketIo,
    Json,
}

/// What makes a TCP connection one that takes part.
#[derive(Debug, Clone)]
pub struct Handshake {
    pub path: String,
    /// Socket.IO's CONNECT packet, sent after the server's Engine.IO handshake.
    pub connect: Option<String>,
}

impl Dialect {
    pub fn name(self) -> &'static str {
        match self {
            Dialect::SocketIo => "Socket.IO",
            Dialect::Json => "/ws JSON",
        }
    }

    pub fn handshake(self) -> Handshake {
        match self {
            Dialect::SocketIo => Handshake {
                path: "/socket.io/?EIO=4&transport=websocket".to_owned(),
                connect: Some("40".to_owned()),
            },
            Dialect::Json => Handshake { path: "/ws".to_owned(), connect: None },
        }
    }

    pub fn go(self, k: u64, size: usize) -> String {
        match self {
            Dialect::SocketIo => format!(r#"42["go",{{"k":{k},"size":{size}}}]"#),
            Dialect::Json => format!(r#"{{"t":"go","k":{k},"size":{size}}}"#),
        }
    }

    pub fn run(self, rate: u64, secs: u64, size: usize) -> String {
        let order = format!(r#""rate":{rate},"secs":{secs},"size":{size}"#);
        match self {
            Dialect::SocketIo => format!(r#"42["run",{{{order}}}]"#),
            Dialect::Json => format!(r#"{{"t":"run",{order}}}"#),
        }
    }

    pub fn is_message(self, text: &[u8]) -> bool {
        text.starts_with(match self {
            Dialect::SocketIo => br#"42["m","#,
            Dialect::Json => br#"{"t":"m","#,
        })
    }
}

/// The microsecond at which a message was due, if that stands near its beginning.
pub fn stamp(text: &[u8]) -> Option<i64> {
    const NAME: &[u8] = br#""ts":"#;
    let at = text.windows(NAME.len()).position(|w| w == NAME)? + NAME.len();
    let digits = text[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(&text[at..at + digits]).ok()?.parse().ok()
}

/// The string after `before`, up to its closing quote.
pub fn quoted<'a>(text: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once('"').map(|(string, _)| string)
}

/// Connection state recovery: where this message stands in what the server keeps, as the last
/// argument of an event.
pub fn offset(text: &str) -> Option<&str> {
    let (rest, string) = text.strip_suffix("\"]")?.rsplit_once('"')?;
    rest.ends_with(',').then_some(string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_from_other_events_and_gives_its_time() {
        let text = br#"42["m",{"ts":1790000000000001,"pad":"xx"}]"#;
        assert!(Dialect::SocketIo.is_message(text) && !Dialect::Json.is_message(text));
        assert!(!Dialect::SocketIo.is_message(br#"42["auth",{}]"#));
        assert_eq!(stamp(text), Some(1_790_000_000_000_001));
        assert_eq!(stamp(br#"{"t":"m","ts":"#), None);
        assert!(Dialect::Json.is_message(br#"{"t":"m","ts":1,"pad":""}"#));
    }

    #[test]
    fn recovery_reads_pid_and_offset() {
        let connected = r#"40{"sid":"a","pid":"b-1"}"#;
        assert_eq!(quoted(connected, r#""pid":""#), Some("b-1"));
        assert_eq!(quoted(r#"40{"sid":"a"}"#, r#""pid":""#), None);
        assert_eq!(offset(r#"42["m",{"ts":1,"pad":"x"},"z_9"]"#), Some("z_9"));
        assert_eq!(offset(r#"42["m",{"ts":1,"pad":"x"}]"#), None);
    }
}
