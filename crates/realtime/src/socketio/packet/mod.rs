//! The packets of Socket.IO v5.
