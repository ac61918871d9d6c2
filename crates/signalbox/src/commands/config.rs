use clap::Subcommand;

use crate::config::{Loaded, docs, print};
use crate::terminal::say;

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Action {
    /// The values in force and where each came from, without secrets
    Print,
    /// Read and check everything, start nothing
    Check,
    /// The reference page of all keys, in Markdown
    Docs,
}

pub fn run(action: Action, loaded: &Loaded) {
    match action {
        Action::Print => say(print::print(&loaded.layers).trim_end()),
        Action::Check => {
            for warning in &loaded.warnings {
                say(format_args!("warning: {warning}"));
            }
            say("The configuration is valid.");
        }
        Action::Docs => say(docs::render().trim_end()),
    }
}
