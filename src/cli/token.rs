//! `proofmark token`.

use clap::{Args, Subcommand};
use domain::event::Via;
use store::Actor;

use crate::actions::api_tokens::{TokenFields, make_token};
use crate::config::Config;

/// API tokens.
#[derive(Debug, Args)]
pub struct Token {
    /// What to do.
    #[command(subcommand)]
    pub command: TokenCommand,
}

/// What can be done with tokens here; they are listed and revoked on their owner's account page.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token for a user and print its secret, once.
    ///
    /// A token sees and may do what its user sees and may do, never more. Send it as "Authorization: Bearer SECRET".
    Create(Create),
}

/// What the token is.
#[derive(Debug, Args)]
pub struct Create {
    /// Mail address of the user whose token it is.
    #[arg(long)]
    pub user: String,
    /// What its owner will know it by, such as the program that uses it.
    #[arg(long)]
    pub name: String,
    /// Let it read only.
    #[arg(long)]
    pub read_only: bool,
    /// Keep it to one customer, by name.
    #[arg(long)]
    pub customer: Option<String>,
}

impl Token {
    /// Runs the command.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let TokenCommand::Create(asked) = self.command;
        let app = super::open(config)?;
        let actor = Actor::operator(Via::Cli);
        let words = |error: store::Error| error.to_string();
        let found =
            app.store.read(|conn| store::users::find_user_by_email(conn, &asked.user)).map_err(words)?;
        let (user, _) = found.ok_or_else(|| format!("there is no user with the address {}", asked.user))?;
        let customer = asked.customer.map(|name| {
            let found =
                app.store.read(|conn| store::customers::find_customer_by_name(conn, actor.scope(), &name));
            found.map(|customer| customer.id).map_err(|error| format!("{name}: {error}"))
        });
        let fields =
            TokenFields { name: asked.name, read_only: asked.read_only, customer_id: customer.transpose()? };
        let secret = make_token(&app, &actor, user.person_id, &fields).map_err(|error| error.to_string())?;
        println!("{secret}");
        Ok(())
    }
}
