use std::sync::Arc;

use bytes::Bytes;
use realtime::engineio::{Client, Session, Stop};

pub struct Echo(pub Arc<Session>);

impl Client for Echo {
    fn text(&mut self, text: &str) -> Result<(), Stop> {
        self.0.send_text(&format!("4{text}"));
        Ok(())
    }

    fn binary(&mut self, bytes: Bytes) -> Result<(), Stop> {
        self.0.send_binary(&bytes);
        Ok(())
    }

    fn closed(&mut self, _reason: &'static str) {}
}
