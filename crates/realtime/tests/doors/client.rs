//! A client's side of a WebSocket, as plain as it can be.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::House;
use crate::validator::Schema;

const PATIENCE: Duration = Duration::from_secs(10);
const MASK: [u8; 4] = [1, 2, 3, 4];

pub const TEXT: u8 = 0x81;
pub const BINARY: u8 = 0x82;
pub const PONG: u8 = 0x8a;

pub struct Client {
    pub stream: TcpStream,
    buffer: Vec<u8>,
    /// Whether pings are answered, as browsers do.
    pub answers: bool,
    requests: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    Text(Value),
    /// What is no JSON.
    Raw(String),
    Binary(Vec<u8>),
    Ping,
    Pong,
    Close(u16, String),
    /// The connection is gone.
    End,
}

/// What the server made of a request.
pub struct Answered {
    pub status: u16,
    pub head: String,
    pub client: Client,
}

impl Client {
    pub async fn ask(house: &House, path: &str, headers: &str) -> Answered {
        let mut stream = TcpStream::connect(house.address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             {headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("written");
        let mut buffer = Vec::new();
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut buffer)).await;
            assert_ne!(read.expect("an answer in time").expect("read"), 0, "no answer");
        };
        let rest = buffer.split_off(end);
        let head = String::from_utf8(buffer).expect("text");
        let status = head[9..12].parse().expect("a status");
        let client = Client { stream, buffer: rest, answers: true, requests: 0 };
        Answered { status, head, client }
    }

    /// Upgraded; nothing has been read yet.
    pub async fn open(house: &House, path: &str) -> Client {
        let answered = Client::ask(house, path, "").await;
        assert_eq!(answered.status, 101, "{}", answered.head);
        answered.client
    }

    /// In the JSON protocol, greeted.
    pub async fn json(house: &House, token: &str) -> Client {
        let mut client = Client::open(house, &format!("/ws/json?token={token}")).await;
        assert_eq!(client.message().await["event"], "connected");
        client
    }

    /// In the simple protocol, greeted.
    pub async fn simple(house: &House, token: &str) -> Client {
        let mut client = Client::open(house, &format!("/ws/simple?token={token}")).await;
        assert_eq!(client.message().await["type"], "welcome");
        client
    }

    pub async fn frame(&mut self, first: u8, payload: &[u8]) {
        let bytes = frame(first, payload);
        // A server that has ended the connection may not read any more.
        drop(self.stream.write_all(&bytes).await);
    }

    pub async fn send(&mut self, message: &Value) {
        self.frame(TEXT, message.to_string().as_bytes()).await;
    }

    /// An action of the JSON protocol; returns the id.
    pub async fn act(&mut self, action: &str, payload: Value) -> String {
        self.requests += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.requests);
        let message = json!({
            "id": id, "type": "system", "timestamp": 1, "action": action, "payload": payload,
        });
        self.send(&message).await;
        id
    }

    pub async fn next(&mut self) -> Frame {
        loop {
            if let Some((frame, size)) = parse(&self.buffer) {
                self.buffer.drain(..size);
                if frame == Frame::Ping && self.answers {
                    self.frame(PONG, b"").await;
                }
                return frame;
            }
            let read = tokio::time::timeout(PATIENCE, self.stream.read_buf(&mut self.buffer)).await;
            match read.expect("something in time") {
                Ok(0) | Err(_) => return Frame::End,
                Ok(_) => {}
            }
        }
    }

    /// The next message; pings and pongs are none.
    pub async fn message(&mut self) -> Value {
        loop {
            match self.next().await {
                Frame::Text(value) => {
                    assert!(fits_its_schema(&value), "no valid message: {value:.300}");
                    return value;
                }
                Frame::Ping | Frame::Pong => {}
                other => panic!("a message was expected, not {other:?}"),
            }
        }
    }

    /// The next message that is called so, in either protocol.
    pub async fn until(&mut self, name: &str) -> Value {
        loop {
            let message = self.message().await;
            if message["event"] == name || message["type"] == name {
                return message;
            }
        }
    }

    /// Nothing but pings until an answer to a ping of our own: nothing else was on its way.
    pub async fn nothing_more(&mut self) {
        self.act("ping", json!({})).await;
        assert_eq!(self.message().await["event"], "pong");
    }

    /// How it ends, whatever comes before.
    pub async fn end(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Frame::Close(code, reason) => return (code, reason),
                Frame::End => return (1006, String::new()),
                _ => {}
            }
        }
    }
}

/// Against the schemas that are published.
fn fits_its_schema(message: &Value) -> bool {
    let (name, part) = match message.get("event") {
        Some(_) => ("json-server.schema.json", ""),
        None => ("simple.schema.json", "/definitions/server"),
    };
    let all = realtime::native::schemas::all();
    let (_, text) = all.iter().find(|(file, _)| *file == name).expect("a schema");
    Schema::new(text, part).check(message).is_ok()
}

pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        short @ 0..=125 => out.push(0x80 | short as u8),
        long @ 126..=0xffff => {
            out.push(0x80 | 126);
            out.extend((long as u16).to_be_bytes());
        }
        huge => {
            out.push(0x80 | 127);
            out.extend((huge as u64).to_be_bytes());
        }
    }
    out.extend(MASK);
    out.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    out
}

/// The first frame, and how many bytes it takes.
fn parse(bytes: &[u8]) -> Option<(Frame, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (start, len) = match second {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize),
        short => (2, usize::from(short)),
    };
    let payload = bytes.get(start..start + len)?;
    let text = || String::from_utf8(payload.to_vec()).expect("UTF-8");
    let frame = match first & 0x0f {
        0x1 => match serde_json::from_slice(payload) {
            Ok(value) => Frame::Text(value),
            Err(_) => Frame::Raw(text()),
        },
        0x2 => Frame::Binary(payload.to_vec()),
        0x8 => {
            let code = payload.get(..2).map_or(1005, |c| u16::from_be_bytes([c[0], c[1]]));
            let reason = payload.get(2..).unwrap_or_default();
            Frame::Close(code, String::from_utf8_lossy(reason).into_owned())
        }
        0x9 => Frame::Ping,
        _ => Frame::Pong,
    };
    Some((frame, start + len))
}
