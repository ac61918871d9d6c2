//! A Socket.IO client in as few lines as it takes: WebSocket only, one namespace, text only.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

/// For what has to come; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Socket {
    stream: TcpStream,
    /// Read, not yet understood.
    buffer: Vec<u8>,
    acks: u64,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Packet {
    Event(String, Vec<Value>),
    Ack(u64, Vec<Value>),
    /// `44`: why it was not let in.
    Refused(Value),
    Connected(Value),
    /// `41`: it is out of the namespace.
    Out,
    /// By the server, with its code; 1006 when there was none.
    Closed(u16, String),
}

impl Socket {
    /// Up to the Engine.IO handshake.
    pub fn open(address: SocketAddr) -> Socket {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut socket = Socket { stream, buffer: Vec::new(), acks: 0, id: String::new() };
        let request = format!(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUser-Agent: test\r\n\r\n"
        );
        socket.stream.write_all(request.as_bytes()).unwrap();
        let end = loop {
            if let Some(at) = socket.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(socket.read_more(), "no answer to the handshake");
        };
        let head = String::from_utf8(socket.buffer.drain(..end).collect()).unwrap();
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        let (_, hello) = socket.frame().expect("the handshake of Engine.IO");
        assert!(hello.starts_with(b"0{"), "{hello:?}");
        socket
    }

    /// What a try to enter `/` is answered with.
    pub fn enter(address: SocketAddr, auth: &Value) -> (Socket, Packet) {
        let mut socket = Socket::open(address);
        socket.send(&format!("40{auth}"));
        let answer = socket.packet();
        (socket, answer)
    }

    pub fn connect(address: SocketAddr, auth: &Value) -> Socket {
        let (mut socket, answer) = Socket::enter(address, auth);
        let Packet::Connected(hello) = answer else { panic!("{answer:?}") };
        socket.id = hello["sid"].as_str().unwrap().to_owned();
        // It is listed when its first question is answered.
        socket.heard();
        socket
    }

    /// What the acknowledgement says; events that come before it are returned as well.
    pub fn ask(&mut self, args: &Value) -> (Value, Vec<(String, Value)>) {
        self.acks += 1;
        self.send(&format!("42{}{args}", self.acks));
        let mut before = Vec::new();
        loop {
            match self.packet() {
                Packet::Ack(id, args) if id == self.acks => return (first(args), before),
                Packet::Event(name, args) => before.push((name, first(args))),
                other => panic!("{other:?}"),
            }
        }
    }

    /// All that was sent to it so far: the answer to a question comes after it.
    pub fn heard(&mut self) -> Vec<(String, Value)> {
        let (_, mut before) = self.ask(&json!(["leave", "a room that it is not in"]));
        before.retain(|(name, _)| name != "pong");
        before
    }

    pub fn event(&mut self) -> (String, Value) {
        match self.packet() {
            Packet::Event(name, args) => (name, first(args)),
            other => panic!("{other:?}"),
        }
    }

    /// The code and reason it is closed with, whatever comes before.
    pub fn closed(&mut self) -> (u16, String) {
        loop {
            if let Packet::Closed(code, reason) = self.packet() {
                return (code, reason);
            }
        }
    }

    pub fn packet(&mut self) -> Packet {
        loop {
            match self.frame() {
                None => return Packet::Closed(1006, String::new()),
                Some((8, payload)) => {
                    let code = payload.get(..2).map_or(1005, |c| u16::from_be_bytes([c[0], c[1]]));
                    let reason = String::from_utf8(payload.get(2..).unwrap_or_default().to_vec());
                    return Packet::Closed(code, reason.unwrap());
                }
                Some((1, payload)) => {
                    let text = String::from_utf8(payload).unwrap();
                    if text == "2" {
                        self.send("3");
                    } else {
                        return parse(&text);
                    }
                }
                Some(other) => panic!("{other:?}"),
            }
        }
    }

    /// One masked text frame.
    fn send(&mut self, text: &str) {
        let mut frame = vec![0x81];
        match text.len() {
            short @ 0..=125 => frame.push(0x80 | u8::try_from(short).unwrap()),
            long => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(long).unwrap().to_be_bytes());
            }
        }
        // A mask of zeros is one as well.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        // Whether it was still heard, the next read tells.
        let _ = self.stream.write_all(&frame);
    }

    fn read_more(&mut self) -> bool {
        let mut chunk = [0; 4096];
        match self.stream.read(&mut chunk) {
            Ok(0) => false,
            Ok(count) => {
                self.buffer.extend(&chunk[..count]);
                true
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("nothing came: {error}"),
        }
    }

    /// Opcode and payload.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((size, opcode, payload)) = whole(&self.buffer) {
                self.buffer.drain(..size);
                return Some((opcode, payload));
            }
            if !self.read_more() {
                return None;
            }
        }
    }
}

fn whole(buffer: &[u8]) -> Option<(usize, u8, Vec<u8>)> {
    let (start, length) = match buffer.get(1)? {
        126 => (4, u16::from_be_bytes(buffer.get(2..4)?.try_into().unwrap()).into()),
        127 => {
            let length = u64::from_be_bytes(buffer.get(2..10)?.try_into().unwrap());
            (10, usize::try_from(length).unwrap())
        }
        short => (2, usize::from(*short)),
    };
    let payload = buffer.get(start..start + length)?.to_vec();
    Some((start + length, buffer[0] & 15, payload))
}

fn parse(text: &str) -> Packet {
    let value = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    let list = |json: &str| value(json).as_array().unwrap().clone();
    match text.get(..2) {
        Some("41") => Packet::Out,
        Some("40") => Packet::Connected(value(&text[2..])),
        Some("44") => Packet::Refused(value(&text[2..])),
        Some("42") => {
            let mut args = list(&text[2..]);
            let name = args.remove(0).as_str().unwrap().to_owned();
            Packet::Event(name, args)
        }
        Some("43") => {
            let at = text.find('[').unwrap();
            Packet::Ack(text[2..at].parse().unwrap(), list(&text[at..]))
        }
        _ => panic!("{text}"),
    }
}

fn first(args: Vec<Value>) -> Value {
    args.into_iter().next().unwrap_or_default()
}
