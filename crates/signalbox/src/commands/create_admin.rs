use std::sync::Arc;

use clap::Args;
use model::SystemClock;
use store::Control;
use store::control::{Actor, NewOperator, PasswordHash, Role};

use crate::app::CONTROL_FILE;
use crate::config::Config;
use crate::master_key;
use crate::terminal::say;

#[derive(Debug, Args)]
pub struct Options {
    /// Name to sign in with
    #[arg(long, default_value = "admin")]
    username: String,
    /// The password; without it a one-time password is made and printed
    #[arg(long, env = "SIGNALBOX_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

/// Works beside a running server: the control plane takes turns. An existing name gets the new
/// password, and its sessions end.
pub fn run(options: Options, config: &Config) -> Result<(), Box<dyn std::error::Error>> {
    let (key, _) = master_key::obtain(&config.storage)?;
    let path = config.storage.data_dir.join(CONTROL_FILE);
    let control = Control::open(&path, key, Arc::new(SystemClock))?;
    let Options { username, password } = options;
    let existing = control.operators()?.into_iter().find(|o| o.username == username);
    let actor = Actor::system();
    match (existing, password) {
        (Some(operator), Some(password)) => {
            let hash = PasswordHash::of(&password, &username)?;
            control.set_password(&actor, operator.id, &hash, false, None)?;
            say(format_args!("The password of {username} is changed; all its sessions are ended."));
        }
        (Some(operator), None) => {
            let made = control.reset_password(&actor, operator.id)?;
            say(format_args!("One-time password of {}: {}", made.username, made.password));
        }
        (None, Some(password)) => {
            let password = PasswordHash::of(&password, &username)?;
            let new = NewOperator {
                username: username.clone(),
                password,
                role: Role::Admin,
                projects: Vec::new(),
                must_change_password: false,
            };
            control.create_operator(&actor, new)?;
            say(format_args!("Administrator {username} can sign in."));
        }
        (None, None) => {
            let made = control.create_admin(&username)?;
            say(format_args!("One-time password of {}: {}", made.username, made.password));
        }
    }
    Ok(())
}
