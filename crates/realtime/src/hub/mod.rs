//! Where every event is queued, kept, filtered and handed out, once for all transports.

pub mod filter;
pub mod history;
pub mod lanes;
