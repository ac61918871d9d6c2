//! Who may do what. A handler says it by its first argument: [`Session`], [`Operator`],
//! [`Admin`], [`ProjectAccess`], [`Publishing`], [`Reader`] or [`Ticketing`]; without one of them a
//! route is public.

mod cookie;
mod machine;
mod project;
mod publishing;
mod reader;
mod session;
mod ticketing;

pub use cookie::{clear_cookie, session_cookie};
pub use project::{Inspect, ProjectAccess, Publish, Read, Revoke, Write};
pub use publishing::Publishing;
pub use reader::Reader;
pub use session::{Admin, Operator, Session};
pub use ticketing::Ticketing;

use store::control::Actor;

use crate::client_ip::Client;
use crate::request_id;

/// The actor of the request being served.
pub fn actor(name: impl Into<String>, client: Client) -> Actor {
    let ip_prefix = client.prefix();
    Actor { name: name.into(), ip_prefix, request_id: request_id::current() }
}
