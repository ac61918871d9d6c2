//! From bytes on the wire to an acknowledged item: decode → protect → normalise → enqueue, with
//! the same verbs in each signal's folder.
