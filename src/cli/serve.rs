//! `proofmark serve`.

use actix_web::web::Data;
use clap::Args;

use crate::app::App;
use crate::config::Config;

/// Serve the pages and the API.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on.
    #[arg(long)]
    pub bind: Option<String>,
    /// The address under which people and labels reach this server.
    #[arg(long)]
    pub base_url: Option<String>,
}

impl Serve {
    /// Serves until told to stop.
    ///
    /// # Errors
    /// When the database cannot be opened or the address cannot be bound.
    pub fn run(self, mut config: Config) -> Result<(), String> {
        if let Some(bind) = self.bind {
            config.base_url = if self.base_url.is_none() { String::new() } else { config.base_url };
            config.bind = bind;
        }
        if let Some(base_url) = self.base_url {
            config.base_url = base_url;
        }
        let app = super::open(config.settle()?)?;
        println!("Proofmark serves {}", app.config.base_url);
        if let Some(secret) = &app.set_up_secret {
            println!("Nobody can log in yet. Set up here, once: {}/setup/{secret}", app.config.base_url);
        }
        serve(app)
    }
}

/// Serves an open application until told to stop.
///
/// # Errors
/// When the address cannot be bound.
pub fn serve(app: App) -> Result<(), String> {
    let bind = app.config.bind.clone();
    let app = Data::new(app);
    crate::jobs::start(app.clone().into_inner())
        .map_err(|error| format!("cannot start the jobs: {error}"))?;
    let served = actix_web::rt::System::new().block_on(crate::web::server::serve(app));
    served.map_err(|error| format!("cannot serve on {bind}: {error}"))
}
