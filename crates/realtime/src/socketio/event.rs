use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::Millis;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::packet::{ArgError, Args, EncodeError, IntoArgs, Wire, ack_text};
use super::refusal::Refusal;
use super::socket::Socket;

/// What a client said.
#[derive(Debug, Clone)]
pub struct Event {
    pub socket: Socket,
    name: Arc<str>,
    args: Args,
    at: Millis,
    /// Present if the client waits for an answer.
    pub ack: Option<Ack>,
}

impl Event {
    pub(super) fn new(socket: Socket, args: Args, ack: Option<u64>, at: Millis) -> Self {
        let name = args.name().unwrap_or(Cow::Borrowed("")).into();
        let ack = ack.map(|id| {
            Ack(Arc::new(Pending { socket: socket.clone(), id, sent: AtomicBool::new(false) }))
        });
        Event { socket, name, args, at, ack }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it came, by the server's clock.
    pub fn received_at(&self) -> Millis {
        self.at
    }

    pub fn args(&self) -> &Args {
        &self.args
    }

    pub fn get<T: DeserializeOwned>(&self, index: usize) -> Result<T, ArgError> {
        self.args.get(index)
    }

    /// Answers, if the client waits for it.
    pub fn reply(&self, values: impl IntoArgs) -> Result<(), EncodeError> {
        match &self.ack {
            Some(ack) => ack.send(values),
            None => Ok(()),
        }
    }

    /// Tells the client why not: in the answer it waits for, or by an event `error`.
    pub fn refuse(&self, refusal: &Refusal) {
        let told = match &self.ack {
            Some(ack) => ack.send(json!({ "error": refusal })),
            None => {
                self.socket.emit("error", json!(refusal)).map_err(|_| EncodeError::ReservedName)
            }
        };
        if let Err(error) = told {
            tracing::debug!(%error, "a refusal was not told");
        }
    }
}

/// An answer that a client waits for. The first one counts.
#[derive(Debug, Clone)]
pub struct Ack(Arc<Pending>);

#[derive(Debug)]
struct Pending {
    socket: Socket,
    id: u64,
    sent: AtomicBool,
}

impl Ack {
    pub fn send(&self, values: impl IntoArgs) -> Result<(), EncodeError> {
        let args = Args::ack(values)?;
        if self.0.sent.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let (namespace, attached) = (self.0.socket.namespace(), args.attachments().len());
        let wire: Wire = ack_text(namespace, self.0.id, attached, args.json());
        self.0.socket.send_packet(wire.message(), args.attachments(), false);
        Ok(())
    }
}
