mod cli;
mod commands;
mod config;
mod demo;
mod logging;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Cli { config: arguments, command } = Cli::parse();
    match run(arguments.into_inputs(std::env::vars().collect()), command) {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(format_args!("signalbox: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(inputs: config::Inputs, command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let loaded = config::load(&inputs)?;
    match command {
        Command::Config(action) => commands::config::run(action, &loaded),
    }
    Ok(ExitCode::SUCCESS)
}
