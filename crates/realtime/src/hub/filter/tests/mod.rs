//! What filters mean, how they are read, and that the index means the same.

mod index;
mod meaning;
mod reading;
