//! `proofmark demo`.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use store::Store;

use crate::actions::passwords::Passwords;
use crate::actions::signals::{LOOK_BACK, look_through};
use crate::config::Config;
use crate::demo::{self, Built, FULL_HISTORY, MOST_ASSETS, MOST_JOBS, PASSWORD, Plan};

/// The demo's flags.
#[derive(Debug, Args)]
pub struct Demo {
    /// How many assets, up to 1,000,000.
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u64).range(60..=MOST_ASSETS as u64))]
    pub assets: u64,
    /// How many jobs, most of them closed, up to 1,000,000.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(0..=MOST_JOBS as u64))]
    pub jobs: u64,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Address and port to listen on.
    #[arg(long)]
    pub bind: Option<String>,
    /// The address under which people and labels reach this server.
    #[arg(long)]
    pub base_url: Option<String>,
    /// Build the database, tell of it and stop.
    #[arg(long)]
    pub seed_only: bool,
}

impl Demo {
    /// Builds if need be, tells, serves.
    ///
    /// # Errors
    /// When the database is another's, cannot be written, or the address cannot be bound.
    pub fn run(self, mut config: Config, database: Option<String>) -> Result<(), String> {
        let plan = Plan { assets: self.assets as usize, jobs: self.jobs as usize, seed: self.seed };
        if let Some(bind) = self.bind {
            config.bind = bind;
        }
        config.base_url = self.base_url.unwrap_or_default();
        let (url, built) = match database {
            Some(url) => {
                let built = build_into(&config, &url, plan)?;
                (url, built)
            }
            None => build_file(&config, plan)?,
        };
        config.database_url = url;
        let config = config.settle()?;
        tell(&config, plan, &built)?;
        if self.seed_only {
            return Ok(());
        }
        super::serve::serve(super::open(config)?)
    }
}

/// The demo in a file of our own, which is made anew when it is another's, unfinished or older than the program.
fn build_file(config: &Config, plan: Plan) -> Result<(String, Built), String> {
    let path = demo::database_for(plan)?;
    let url = format!("sqlite:{}", path.display());
    if path.exists() && is_older(&path) {
        remove(&path)?;
    }
    if path.exists() {
        let marked =
            open(&url).and_then(|store| demo::marked(&store, plan).map_err(|error| error.to_string()));
        if let Ok(Some(built)) = marked {
            println!("Using {} again.", path.display());
            return Ok((url, built));
        }
        remove(&path)?;
    }
    let built = build_into(config, &url, plan)?;
    Ok((url, built))
}

fn build_into(config: &Config, url: &str, plan: Plan) -> Result<Built, String> {
    let app = super::open(Config { database_url: url.to_owned(), ..config.clone() })?;
    let store = &app.store;
    if let Some(built) = demo::marked(store, plan).map_err(|error| error.to_string())? {
        return Ok(built);
    }
    let begun = Instant::now();
    let hash = Passwords::default().hash(PASSWORD).map_err(|error| error.to_string())?;
    let bar = bar_for(plan);
    let built =
        demo::build(store, plan, &hash, &|count| bar.inc(count as u64)).map_err(|error| error.to_string())?;
    if plan.full_history() {
        let day = store.now().date_naive();
        look_through(store, (day - chrono::Days::new(LOOK_BACK - 1), day), &mut |_| Ok(()))
            .map_err(|error| error.to_string())?;
    }
    demo::furnish(&app).map_err(|error| error.to_string())?;
    demo::remember(store, plan, &built).map_err(|error| error.to_string())?;
    bar.finish_and_clear();
    println!(
        "Built {} assets with {} tests and {} jobs in {:.1} s.",
        plan.assets,
        built.tests,
        plan.jobs,
        begun.elapsed().as_secs_f64()
    );
    Ok(built)
}

fn open(url: &str) -> Result<Store, String> {
    Store::open(url, super::system_clock()).map_err(|error| error.to_string())
}

/// Assets and tests together; how many tests it will be is not known before, about two each where there are many.
fn bar_for(plan: Plan) -> ProgressBar {
    if plan.full_history() && plan.jobs <= FULL_HISTORY {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{bar:40} {human_pos} of about {human_len}, {elapsed}, {eta} left");
    let bar = ProgressBar::new(plan.assets as u64 * 3 + plan.jobs as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn is_older(path: &Path) -> bool {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified());
    let program = std::env::current_exe().and_then(|path| changed(&path));
    matches!((changed(path), program), (Ok(file), Ok(program)) if file < program)
}

fn remove(path: &Path) -> Result<(), String> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("{}: {error}", Path::new(&name).display()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn tell(config: &Config, plan: Plan, built: &Built) -> Result<(), String> {
    let base = &config.base_url;
    let mut text = format!(
        "\nProofmark's demo: {} assets, {} jobs, seed {}, in {}\n",
        plan.assets, plan.jobs, plan.seed, config.database_url
    );
    text +=
        &format!("Address   {base}\nPassword  {PASSWORD} (for everybody: keep it off the open internet)\n\n");
    for log_in in demo::log_ins()? {
        text += &format!("  {:<28} {:<14} {}\n", log_in.email, log_in.role.to_string(), log_in.name);
    }
    text += "\nTags to try\n";
    for (what, tag) in
        [("passed", &built.passed), ("overdue", &built.overdue), ("quarantined", &built.quarantined)]
    {
        if let Some(tag) = tag {
            text += &format!("  {what:<12} {tag}  {base}/t/{tag}\n");
        }
    }
    // Whoever reads only the first line closes the pipe: no reason to stop serving.
    if let Err(error) = std::io::stdout().write_all(text.as_bytes()) {
        log::warn!("{error}");
    }
    Ok(())
}
