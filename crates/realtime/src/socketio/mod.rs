//! Socket.IO v5 on Engine.IO.
//!
//! [`SocketIo`] knows the namespaces; a [`Namespace`] says who is let in and what is done with
//! what they say; a [`Socket`] is one client in one namespace. Handlers belong to the namespace,
//! not to each socket, so a connection that says nothing costs nothing:
//!
//! ```
//! use realtime::socketio::{Refusal, SocketIo};
//!
//! # fn open(io: &SocketIo) {
//! io.of("/chat")
//!     .admit(|who| async move {
//!         if who.auth_json().contains("token") { Ok(()) } else { Err(Refusal::new("unauthorized")) }
//!     })
//!     .on("join", |event| async move {
//!         let Ok(room) = event.get::<String>(0) else { return };
//!         event.socket.join(&room);
//!         let _ = event.socket.to(&room).emit("joined", event.socket.id());
//!         let _ = event.reply("welcome");
//!     });
//! # }
//! ```

mod broadcast;
mod client;
mod connecting;
mod entering;
mod event;
mod namespace;
mod options;
pub mod packet;
mod pending;
mod recovery;
mod refusal;
mod server;
mod socket;

pub use broadcast::{Broadcast, EmitError};
pub use connecting::Connecting;
pub use event::{Ack, Event};
pub use namespace::Namespace;
pub use options::SocketIoOptions;
pub use packet::{ArgError, Args, Binary, IntoArgs};
pub use pending::AckError;
pub use refusal::Refusal;
pub use server::SocketIo;
pub use socket::Socket;
