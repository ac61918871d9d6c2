//! What a command says to the person who ran it. Logs go to standard error; this goes to
//! standard output.

#[expect(clippy::print_stdout, reason = "the one place that talks to the terminal")]
pub fn say(text: impl std::fmt::Display) {
    println!("{text}");
}

/// What went wrong with a command, to standard error.
#[expect(clippy::print_stderr, reason = "errors of a command come before or without a log")]
pub fn complain(text: impl std::fmt::Display) {
    eprintln!("{text}");
}
