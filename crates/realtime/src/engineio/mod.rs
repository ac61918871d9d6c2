//! Engine.IO v4: packets, payloads, and the sessions that carry them.
