//! `proofmark user`: adding people, setting passwords, listing.

use std::io::BufRead;

use clap::{Args, Subcommand};
use domain::event::Via;
use domain::permission::{ErasePerson, ManageUsers, Role};
use store::Actor;
use store::customers::find_customer_by_name;
use store::sites::find_site_by_name;

use crate::actions::erasures;
use crate::actions::users::{self, UserFields};
use crate::app::App;
use crate::config::Config;
use crate::error::Error;

/// Users: add, password, list, erase.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a user who may log in.
    Add(Add),
    /// Set a user's password; every session of theirs ends.
    Password(Password),
    /// List the users: mail address, role, whether they may log in, name.
    List,
    /// Erase a person who left: name, log-in and documents that name them go, what they proved stays.
    Erase(Erase),
}

#[derive(Debug, Args)]
struct Erase {
    /// Mail address of the person.
    #[arg(long, required_unless_present = "name")]
    email: Option<String>,
    /// Full name of a person without a user, as in a tester's file or under a signature.
    #[arg(long, conflicts_with = "email")]
    name: Option<String>,
    /// Why; kept, so it must not hold the name.
    #[arg(long, default_value = "asked for")]
    reason: String,
    /// Do it: without this, what would be erased is only shown.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
struct Add {
    /// Mail address, by which they log in.
    #[arg(long)]
    email: String,
    /// administrator, manager, engineer, viewer, or customer for a customer's own person.
    #[arg(long)]
    role: Role,
    /// A customer they see, by name; may be repeated; none given means all.
    #[arg(long)]
    customer: Vec<String>,
    /// A site that a customer's own person is kept to, by name; may be repeated; none given means all.
    #[arg(long)]
    site: Vec<String>,
    /// Full name; the mail address where it is left out.
    #[arg(long)]
    name: Option<String>,
    /// Read the password from the first line of the standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct Password {
    /// Mail address of the user.
    #[arg(long)]
    email: String,
    /// Read the password from the first line of the standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl User {
    /// Runs the command.
    ///
    /// # Errors
    /// What to tell the person at the terminal.
    pub fn run(self, config: Config) -> Result<(), String> {
        let app = super::open(config)?;
        match self.command {
            UserCommand::Add(add) => add.run(&app),
            UserCommand::Password(password) => password.run(&app),
            UserCommand::Erase(erase) => erase.run(&app).map_err(|error| error.to_string()),
            UserCommand::List => list(&app).map_err(|error| error.to_string()),
        }
    }
}

impl Add {
    fn run(self, app: &App) -> Result<(), String> {
        let password = read_password()?;
        add_user(app, self, &password).map_err(|error| error.to_string())
    }
}

fn add_user(app: &App, add: Add, password: &str) -> Result<(), Error> {
    let actor = Actor::operator(Via::Cli);
    let find = |name: &String| {
        let found = app.store.read(|conn| find_customer_by_name(conn, actor.scope(), name));
        found.map(|customer| customer.id).map_err(|error| match error {
            store::Error::NotFound(_) => Error::NotFound(format!("customer \"{name}\"")),
            other => other.into(),
        })
    };
    let customers = add.customer.iter().map(find).collect::<Result<Vec<_>, Error>>()?;
    let of_customer = |name: &String| {
        let customer_id = customers.first().copied().unwrap_or_default();
        let site = app.store.read(|conn| find_site_by_name(conn, actor.scope(), customer_id, name)).map_err(
            |error| match error {
                store::Error::NotFound(_) => Error::NotFound(format!("site \"{name}\" of the customer")),
                other => other.into(),
            },
        )?;
        Ok(site.id)
    };
    let sites = add.site.iter().map(of_customer).collect::<Result<Vec<_>, Error>>()?;
    let fields = UserFields {
        name: add.name.unwrap_or_else(|| add.email.clone()),
        email: add.email.trim().to_owned(),
        initials: String::new(),
        qualification: String::new(),
        role: add.role,
        customers: Some(customers).filter(|customers| !customers.is_empty()),
        sites: Some(sites).filter(|sites| !sites.is_empty()),
        active: true,
    };
    users::add_user(app, &actor.right::<ManageUsers>()?, &fields, Some(password))?;
    println!("Added {} as {}.", fields.email, fields.role);
    Ok(())
}

impl Password {
    fn run(self, app: &App) -> Result<(), String> {
        let password = read_password()?;
        let set = || -> Result<(), Error> {
            let found = app.store.read(|conn| store::users::find_user_by_email(conn, &self.email))?;
            let (user, _) = found.ok_or_else(|| Error::NotFound("user".to_owned()))?;
            let actor = Actor::operator(Via::Cli);
            users::set_password(app, &actor.right::<ManageUsers>()?, user.person_id, &password)
        };
        set().map_err(|error| error.to_string())?;
        println!("The password of {} is set; their sessions have ended.", self.email);
        Ok(())
    }
}

impl Erase {
    fn run(self, app: &App) -> Result<(), Error> {
        let actor = Actor::operator(Via::Cli);
        let right = actor.right::<ErasePerson>()?;
        let words = self.email.as_deref().or(self.name.as_deref()).unwrap_or_default();
        let mut report = erasures::find_named(app, &right, words)?;
        report.people.retain(|(one, _)| match &self.email {
            Some(email) => one.person.email.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(email)),
            None => one.person.name == words,
        });
        if report.people.is_empty() {
            return Err(Error::NotFound("person".to_owned()));
        }
        for (one, documents) in &report.people {
            let (id, tests) = (one.person.id, one.tests);
            println!("Person {id}: {}, {tests} tests, named in {documents} documents.", one.person.name);
            if one.open_visits > 0 {
                println!(
                    "  Open visits of theirs: {}. Close them first, or give them away.",
                    one.open_visits
                );
            }
        }
        for (text, count) in &report.texts {
            println!("{}: {count}", text.label);
        }
        for (text, count) in &report.fixed {
            println!("{}: {count}, which stay as part of what was proven", text.label);
        }
        if !self.yes {
            println!("Nothing was erased: add --yes to do it. It cannot be undone.");
            return Ok(());
        }
        let what = erasures::Erase {
            people: report.people.iter().map(|(one, _)| one.person.id).collect(),
            texts: report.texts.iter().map(|(text, _)| text.code.to_owned()).collect(),
            words: String::new(),
            reason: self.reason,
        };
        let done = erasures::erase(app, &right, &what)?;
        println!("Erased; {} texts changed, {} documents removed.", done.texts, done.documents);
        let issued = erasures::finish(app, i64::MAX)?;
        println!("{issued} certificates issued without the name. Backups made before still hold it.");
        Ok(())
    }
}

fn list(app: &App) -> Result<(), Error> {
    let actor = Actor::operator(Via::Cli);
    for (user, person) in users::list_users(app, &actor.right::<ManageUsers>()?)? {
        let email = person.email.unwrap_or_default();
        let state = if user.active { "active" } else { "shut out" };
        println!("{email}\t{}\t{state}\t{}", *user.role, person.name);
    }
    Ok(())
}

fn read_password() -> Result<String, String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|error| format!("reading the password: {error}"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
