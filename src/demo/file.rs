//! Where the demo's database is, and whether it is one of ours.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::{Actor, Result, Store, settings};

use super::{Built, Plan};

/// The name of the setting that marks a demo.
const MARK: &str = "demo";
/// Goes up whenever the same plan gives other records.
const GENERATION: u32 = 3;

/// What a demo's database says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    version: String,
    generation: u32,
    assets: usize,
    jobs: usize,
    seed: u64,
    built: Built,
}

/// The file of a plan in the system's folder for temporary files, in a folder of the user's own.
///
/// # Errors
/// When the folder cannot be made.
pub fn database_for(plan: Plan) -> std::result::Result<PathBuf, String> {
    let user = ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let user: String = user.chars().filter(char::is_ascii_alphanumeric).collect();
    let folder = std::env::temp_dir().join(format!("proofmark-demo-{user}"));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join(format!("demo-{}-{}-{}.sqlite3", plan.assets, plan.jobs, plan.seed)))
}

/// What was built, if the database is the demo of this plan by this version.
///
/// # Errors
/// The database's.
pub fn marked(store: &Store, plan: Plan) -> Result<Option<Built>> {
    let mark: Option<Mark> = store.read(|conn| settings::find_setting(conn, MARK))?;
    let ours = |mark: &Mark| *mark == of(plan, mark.built.clone());
    Ok(mark.filter(ours).map(|mark| mark.built))
}

/// Marks the database as the finished demo of this plan.
///
/// # Errors
/// The database's.
pub fn remember(store: &Store, plan: Plan, built: &Built) -> Result<()> {
    let actor = Actor::operator(domain::event::Via::Cli);
    store.write(&actor, |tx| {
        settings::set_setting(tx, MARK, of(plan, built.clone()))?;
        let event = domain::event::Event::new("demo", plan.seed, "built").change("assets", "", plan.assets);
        Ok(((), vec![event]))
    })
}

fn of(plan: Plan, built: Built) -> Mark {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Mark { version, generation: GENERATION, assets: plan.assets, jobs: plan.jobs, seed: plan.seed, built }
}
