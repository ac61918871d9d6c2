//! A client on a real connection, which reads what the hub writes to it.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;
use crate::net::{Echo, drive};
use crate::websocket::{Limits, Reader};

/// Longer than anything takes that is not broken.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// What comes between two empty lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Event {
        offset: u64,
        data: String,
    },
    /// Said to it alone.
    Direct(String),
}

pub(super) struct Client {
    pub link: Arc<Link>,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    /// Connected, with a task that writes what the kernel did not take at first.
    pub async fn connect(hub: &Hub) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (ours, theirs) = tokio::join!(listener.accept(), TcpStream::connect(address));
        let ours = Arc::new(ours.expect("a connection").0);
        let link = hub.link_to_stream(Arc::clone(&ours));
        let driven = Arc::clone(&link);
        tokio::spawn(async move {
            let limits = Limits { max_message: 1024, max_fragments: 1, deflate: false };
            let mut echo = Echo(Arc::clone(&driven));
            drive(&ours, &driven, Reader::new(limits), Bytes::new(), &mut echo).await
        });
        Client { link, stream: theirs.expect("a connection"), buffer: Vec::new() }
    }

    pub fn attach(&self, hub: &Hub, scope: &Arc<Scope>, id: &str) -> Subscriber {
        hub.attach(scope, id.into(), &self.link, Dialect::Sse)
    }

    /// `None`: the connection is over.
    pub async fn next(&mut self) -> Option<Block> {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("nothing comes any more")
    }

    async fn read(&mut self) -> Option<Block> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(parse(std::str::from_utf8(&block).expect("text")));
            }
            if self.stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }

    /// All events until the one with this data, which is left out, by their offsets.
    pub async fn until(&mut self, last: &str) -> Vec<(u64, String)> {
        let mut events = Vec::new();
        loop {
            match self.next().await.expect("the connection stands") {
                Block::Event { data, .. } if data == last => return events,
                Block::Event { offset, data } => events.push((offset, data)),
                Block::Direct(text) => panic!("{text:?} came in between"),
            }
        }
    }
}

fn parse(block: &str) -> Block {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    match (field("id: "), field("data: ")) {
        (Some(id), Some(data)) => {
            let (_, offset) = id.rsplit_once('-').expect("a token");
            Block::Event { offset: offset.parse().expect("an offset"), data: data.to_owned() }
        }
        _ => Block::Direct(block.trim_end().to_owned()),
    }
}

/// Something that only this client gets, as a whole block.
pub(super) fn direct(text: &str) -> Bytes {
    format!("{text}\n\n").into()
}

/// A room's past as the client would have got it live.
pub(super) fn past(events: &[Arc<Event>]) -> Bytes {
    let frames = events.iter().map(|event| event.frames(Wire::plain(Dialect::Sse)).to_vec());
    frames.collect::<Vec<_>>().concat().into()
}
