//! The command line: one file a command.
pub mod backup;
pub mod billing;
pub mod certificate;
pub mod demo;
pub mod due;
pub mod export;
pub mod import;
pub mod import_jobs;
pub mod import_parts;
pub mod import_tests;
pub mod judge;
pub mod labels;
pub mod report;
pub mod serve;
pub mod token;
pub mod user;
pub mod verify;

use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Register of hardware assets and their electrical safety tests.
#[derive(Debug, Parser)]
#[command(name = "proofmark", version, about)]
pub struct Cli {
    /// A TOML file with the configuration; environment and flags go over it.
    #[arg(long, global = true, env = "PROOFMARK_CONFIG")]
    pub config: Option<PathBuf>,
    /// The database: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, global = true)]
    pub database: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and the API.
    Serve(serve::Serve),
    /// List what is due, soonest first, as CSV, JSON or a calendar.
    Due(due::Due),
    /// Build a made-up organisation with five years of tests, and serve it.
    ///
    /// The same seed, size and day give the same register, tests and jobs; what the firm has beside them (contracts,
    /// parts, plans, quotes, reports) has secrets and ids of its own each time. Up to 20,000 assets have every test of five years,
    /// more have their last two each. The database is a file in the system's folder for temporary files, built
    /// once and used again until the program changes; name another with --database, which must be empty or
    /// hold the same demo.
    Demo(demo::Demo),
    /// Write records to files for other programs.
    Export(export::Export),
    /// Import what other programs wrote.
    Import(import::Import),
    /// Print labels to a PDF.
    Labels(labels::Labels),
    /// Issue a certificate to a PDF.
    Certificate(certificate::Certificate),
    /// Write a customer's monthly report to a PDF.
    Report(report::Report),
    /// Judge readings by a rule set, without a database: JSON in, JSON out.
    Judge(judge::Judge),
    /// Make API tokens.
    Token(token::Token),
    /// Print the description of the API (OpenAPI 3.1, JSON).
    Openapi,
    /// Bring the database's schema up to date and stop.
    ///
    /// Every other command does so by itself; a database made by a newer Proofmark is refused.
    Migrate,
    /// Check that the evidence is as it was written down.
    ///
    /// Walks each customer's chain of records, the rows before them and every stored file, and says what was checked.
    /// The exit status is 1 when something is broken; the first such record is named. Works on a backup too.
    Verify(verify::Verify),
    /// Write everything to one file: records, photos, documents, settings. Takes it as it is at one moment, while serving.
    ///
    /// The file restores into SQLite and into PostgreSQL, whichever it came from. It holds names and hashes of
    /// passwords: keep it as you keep the database.
    Backup(backup::Backup),
    /// Put a backup in the place of the database; stop the server first.
    ///
    /// The file is checked whole and its evidence verified before anything is touched; what stood there before is kept.
    Restore(backup::Restore),
    /// Add users, set passwords, list users.
    User(user::User),
}

/// Runs a command.
///
/// # Errors
/// What to tell the person at the terminal.
pub fn run(cli: Cli) -> Result<(), String> {
    // Needs no database, so no configuration either.
    if let Command::Judge(command) = cli.command {
        return command.run();
    }
    let mut config = crate::config::Config::load(cli.config.as_deref(), |name| std::env::var(name).ok())?;
    if let Command::Demo(command) = cli.command {
        return command.run(config, cli.database);
    }
    if let Some(url) = cli.database {
        config.database_url = url;
    }
    match cli.command {
        Command::Serve(command) => command.run(config),
        Command::Due(command) => command.run(config),
        // Handled above: no database, and one of its own unless one is named.
        Command::Judge(_) | Command::Demo(_) => Ok(()),
        Command::User(command) => command.run(config),
        Command::Export(command) => command.run(config),
        Command::Import(command) => command.run(config),
        Command::Labels(command) => command.run(config),
        Command::Certificate(command) => command.run(config),
        Command::Report(command) => command.run(config),
        Command::Token(command) => command.run(config),
        Command::Verify(command) => command.run(config),
        Command::Backup(command) => command.run(config),
        Command::Restore(command) => command.run(&config),
        Command::Openapi => {
            let text = crate::web::api::openapi::json().map_err(|error| error.to_string())?;
            // Whoever reads only the beginning, as `head` does, is no error.
            match writeln!(std::io::stdout(), "{text}") {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
                _ => Ok(()),
            }
        }
        Command::Migrate => {
            open(config)?;
            println!("The schema is up to date.");
            Ok(())
        }
    }
}

/// Opens the application with the machine's clock.
///
/// # Errors
/// What to tell the person at the terminal.
pub fn open(config: crate::config::Config) -> Result<crate::app::App, String> {
    let mailer = crate::mail::Mailer::new(config.smtp.as_ref())?;
    crate::app::App::open(config, system_clock(), mailer).map_err(|error| error.to_string())
}

/// Warns on standard error where paper would carry an address that no phone reaches: paper stays.
pub fn warn_of_address(config: &crate::config::Config) {
    let url = &config.base_url;
    let at = url.split_once("://").map_or(url.as_str(), |(_, at)| at);
    if ["127.", "localhost", "0.0.0.0", "[::"].iter().any(|here| at.starts_with(here)) {
        eprintln!(
            "warning: the codes lead to {url}, which only this machine reaches; set PROOFMARK_BASE_URL"
        );
    }
}

/// The machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock; all else takes it from here"
)]
pub fn system_clock() -> crate::app::Clock {
    std::sync::Arc::new(chrono::Utc::now)
}

/// A day as the options take it.
fn parse_day(text: &str) -> Result<chrono::NaiveDate, String> {
    text.parse().map_err(|_| "write the day as year-month-day, such as 2026-12-01".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Every command below this one, with the words that call it.
    fn walk(command: &clap::Command, words: &str, found: &mut Vec<(String, clap::Command)>) {
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let words = format!("{words} {}", inner.get_name());
            found.push((words.clone(), inner.clone()));
            walk(inner, &words, found);
        }
    }

    #[test]
    fn every_command_and_option_says_what_it_is() {
        let mut root = Cli::command();
        root.build();
        root.clone().debug_assert();
        let mut found = vec![];
        walk(&root, "proofmark", &mut found);
        for wanted in [
            "serve",
            "demo",
            "user add",
            "token create",
            "import assets",
            "import tests",
            "import parts",
            "import jobs",
            "export log",
            "export patguard",
            "export site-pack",
            "export billing",
            "report",
            "labels",
            "certificate",
            "due",
            "openapi",
            "migrate",
            "judge",
            "verify",
            "backup",
            "restore",
        ] {
            assert!(
                found.iter().any(|(words, _)| *words == format!("proofmark {wanted}")),
                "{wanted} is missing"
            );
        }
        for (words, command) in &found {
            assert!(command.get_about().is_some(), "{words} does not say what it does");
            for option in command.get_arguments() {
                assert!(option.get_help().is_some(), "{words} {} has no help", option.get_id());
            }
            let takes = |name: &str| command.get_arguments().any(|option| option.get_id() == name);
            assert!(takes("database") || command.has_subcommands(), "{words} takes no --database");
        }
    }
}
