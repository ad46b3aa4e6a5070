//! One typed configuration from flags, environment and a TOML file, in that order of precedence.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What the program needs to know before it starts. Everything else is a setting in the database.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    pub database_url: String,
    /// Address and port to listen on.
    pub bind: String,
    /// The address under which people and labels reach this server, without a slash at the end.
    pub base_url: String,
    /// How many proxies stand before this server; that many entries of X-Forwarded-For are believed.
    pub trusted_proxies: usize,
    /// A folder whose `stock` and `design` add to or override the built-in labels.
    pub labels_dir: Option<PathBuf>,
    /// The file with the key that signs heads of the ledger; beside the SQLite file, or `proofmark.key`, by default.
    pub key_file: Option<PathBuf>,
    /// Where mail goes out; without it nothing is mailed and pages say so.
    pub smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// `smtps://USER:PASSWORD@HOST:465`, `smtp://HOST:587?tls=required` or `smtp://HOST:25`.
    pub url: String,
    /// The sender, such as `Proofmark <pat@example.com>`.
    pub from: String,
}

// The address holds a password, which must not reach a log.
impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite:proofmark.sqlite3".to_owned(),
            bind: "127.0.0.1:8080".to_owned(),
            base_url: String::new(),
            trusted_proxies: 0,
            labels_dir: None,
            key_file: None,
            smtp: None,
        }
    }
}

impl Config {
    /// Reads the file, if one is named, and lays the environment over it.
    ///
    /// # Errors
    /// Names the file, or the variable, and what is wrong with it.
    pub fn load(file: Option<&Path>, env: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut config: Self = match file {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
                toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?
            }
        };
        config.lay_over(env)?;
        config.settle()
    }

    fn lay_over(&mut self, env: impl Fn(&str) -> Option<String>) -> Result<(), String> {
        let texts = [
            ("PROOFMARK_DATABASE_URL", &mut self.database_url),
            ("PROOFMARK_BIND", &mut self.bind),
            ("PROOFMARK_BASE_URL", &mut self.base_url),
        ];
        for (name, target) in texts {
            if let Some(value) = env(name) {
                *target = value;
            }
        }
        if let Some(value) = env("PROOFMARK_TRUSTED_PROXIES") {
            self.trusted_proxies = value
                .parse()
                .map_err(|_| format!("PROOFMARK_TRUSTED_PROXIES: \"{value}\" is not a number"))?;
        }
        if let Some(value) = env("PROOFMARK_LABELS_DIR") {
            self.labels_dir = Some(value.into());
        }
        if let Some(value) = env("PROOFMARK_KEY_FILE") {
            self.key_file = Some(value.into());
        }
        match (env("PROOFMARK_SMTP_URL"), env("PROOFMARK_SMTP_FROM")) {
            (Some(url), Some(from)) => self.smtp = Some(Smtp { url, from }),
            (None, None) => {}
            _ => return Err("PROOFMARK_SMTP_URL and PROOFMARK_SMTP_FROM go together".to_owned()),
        }
        Ok(())
    }

    /// Fills in what follows from the rest.
    ///
    /// # Errors
    /// Says what is wrong with the base address.
    pub fn settle(mut self) -> Result<Self, String> {
        if self.base_url.is_empty() {
            self.base_url = format!("http://{}", self.bind.replace("0.0.0.0", "localhost"));
        }
        while self.base_url.ends_with('/') {
            self.base_url.pop();
        }
        if !self.base_url.starts_with("http://") && !self.base_url.starts_with("https://") {
            return Err(format!("base_url \"{}\" must start with https:// or http://", self.base_url));
        }
        Ok(self)
    }

    /// Where the key is that signs heads of the ledger: never in the database, which it is there to bear witness of.
    pub fn key_path(&self) -> PathBuf {
        let default = || match self.database_url.starts_with("sqlite:") {
            true => format!("{}.key", store::portable::sqlite_path(&self.database_url)).into(),
            false => "proofmark.key".into(),
        };
        self.key_file.clone().unwrap_or_else(default)
    }

    /// Whether people reach the server over TLS, so that cookies may insist on it.
    pub fn is_secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
