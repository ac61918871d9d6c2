//! WebSocket frames as a client sees them: enough of RFC 6455 to count what a server sends.

/// How much of a message is handed on; what is longer is only counted.
pub const KEPT: usize = 256;

/// Two bytes, and up to eight more of length.
const LONGEST_HEADER: usize = 10;

/// Clients must mask what they send. Nothing between here and a server on loopback could be
/// confused by a mask that can be foreseen.
const MASK: [u8; 4] = [0x5b, 0xa1, 0x3e, 0xc7];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame has reserved bits or an opcode that was not agreed on")]
    Unexpected,
    #[error("a frame is only a part of its message")]
    Fragment,
    #[error("a server must not mask its frames")]
    Masked,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    opcode: Opcode,
    left: u64,
}

/// Finds the frames in a stream that comes in pieces, without keeping more than [`KEPT`] of any.
#[derive(Debug, Default)]
pub struct Scanner {
    /// A header that is not all there, or the beginning of the payload that is coming in.
    kept: Vec<u8>,
    open: Option<Open>,
}

impl Scanner {
    /// `hear` gets the beginning of each payload once all of it has arrived.
    pub fn feed(
        &mut self,
        mut bytes: &[u8],
        mut hear: impl FnMut(Opcode, &[u8]),
    ) -> Result<(), FrameError> {
        while !bytes.is_empty() {
            let Some(open) = self.open.as_mut() else {
                bytes = self.header(bytes)?;
                let Some(Open { opcode, left }) = self.open else { break };
                // Nearly every frame arrives whole, and is looked at where it lies.
                if let Some(payload) = usize::try_from(left).ok().and_then(|n| bytes.get(..n)) {
                    hear(opcode, &payload[..payload.len().min(KEPT)]);
                    bytes = &bytes[payload.len()..];
                    self.open = None;
                }
                continue;
            };
            let part = bytes.len().min(usize::try_from(open.left).unwrap_or(usize::MAX));
            open.left -= part as u64;
            let room = KEPT - self.kept.len();
            self.kept.extend_from_slice(&bytes[..part.min(room)]);
            bytes = &bytes[part..];
            if open.left == 0 {
                hear(open.opcode, &self.kept);
                self.kept.clear();
                self.open = None;
            }
        }
        Ok(())
    }

    /// Takes a header from the front; what is too short for one is kept for the next piece.
    fn header<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], FrameError> {
        let before = self.kept.len();
        let mut head = [0; LONGEST_HEADER];
        let more = bytes.len().min(LONGEST_HEADER - before);
        head[..before].copy_from_slice(&self.kept);
        head[before..before + more].copy_from_slice(&bytes[..more]);
        match parse(&head[..before + more])? {
            Some((open, size)) => {
                self.kept.clear();
                self.open = Some(open);
                Ok(&bytes[size - before..])
            }
            None => {
                self.kept.extend_from_slice(&bytes[..more]);
                Ok(&[])
            }
        }
    }
}

/// A header and its size, if it is all there.
fn parse(bytes: &[u8]) -> Result<Option<(Open, usize)>, FrameError> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    if second & 0x80 != 0 {
        return Err(FrameError::Masked);
    }
    let opcode = match first {
        0x81 => Opcode::Text,
        0x82 => Opcode::Binary,
        0x88 => Opcode::Close,
        0x89 => Opcode::Ping,
        0x8a => Opcode::Pong,
        0x00..=0x02 | 0x80 => return Err(FrameError::Fragment),
        _ => return Err(FrameError::Unexpected),
    };
    let (left, size) = match (second, rest) {
        (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 4),
        (127, [a, b, c, d, e, f, g, h, ..]) => {
            (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 10)
        }
        (126 | 127, _) => return Ok(None),
        (short, _) => (u64::from(*short), 2),
    };
    Ok(Some((Open { opcode, left }, size)))
}

/// A whole frame from a client.
pub fn masked(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode as u8];
    match payload.len() {
        n @ 0..126 => frame.push(0x80 | n as u8),
        n @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}
