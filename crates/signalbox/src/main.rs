mod app;
mod backup_socket;
mod cli;
mod commands;
mod config;
mod demo;
mod demo_feed;
mod jobs;
mod lifecycle;
mod logging;
mod master_key;
mod options;
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
        Command::Serve(options) => return commands::serve::run(&options, &loaded),
        Command::CreateAdmin(options) => commands::create_admin::run(options, &loaded.config)?,
        Command::Healthcheck(options) => {
            return Ok(commands::healthcheck::run(options, &loaded.config));
        }
        Command::Config(action) => commands::config::run(action, &loaded),
        Command::Migrate => commands::migrate::run(&loaded.config)?,
        Command::Backup(options) => commands::backup::run(&options, &loaded.config)?,
        Command::Restore(options) => commands::restore::run(&options, &loaded.config)?,
        Command::VerifyBackup(options) => commands::verify_backup::run(&options)?,
        Command::Demo(options) => commands::demo::run(&options, &loaded.config)?,
    }
    Ok(ExitCode::SUCCESS)
}
