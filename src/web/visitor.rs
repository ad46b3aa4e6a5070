//! Who is at the door: the secrets a request carries, and the actor they stand for.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use domain::permission::Action;
use store::sessions::Session;
use store::{Actor, Right};

use crate::app::{App, block};
use crate::error::{Error, Result};

/// The cookie's name over plain HTTP; over TLS it gets the prefix that binds it to this host.
const COOKIE: &str = "session";

/// Name of the session cookie.
pub fn cookie_name(app: &App) -> String {
    if app.config.is_secure() { format!("__Host-{COOKIE}") } else { COOKIE.to_owned() }
}

/// A request's secrets, still unproven. Cheap: the database is asked in [`Visitor::run`], off the event loop.
#[derive(Clone)]
pub struct Visitor {
    app: Arc<App>,
    session_hash: Option<String>,
    token_hash: Option<String>,
    /// The address asked for, with its query.
    pub path: String,
    /// The address it came from, as far as the configured proxies are believed.
    pub address: Option<IpAddr>,
    /// The browser's name of itself.
    pub user_agent: String,
}

/// Somebody who proved who they are.
pub struct Visit {
    /// The application.
    pub app: Arc<App>,
    /// Who it is.
    pub actor: Actor,
    /// Their session; none with a token.
    pub session: Option<Session>,
    /// The address asked for, with its query.
    pub path: String,
}

impl Visit {
    /// The right to do `A`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] naming the action.
    pub fn right<A: Action>(&self) -> Result<Right<'_, A>> {
        Ok(self.actor.right::<A>()?)
    }

    /// Does work behind the answer; a server stopped meanwhile leaves it where it was.
    ///
    /// # Errors
    /// When no thread can be started; the work's own errors are logged under its name.
    pub fn behind(
        &self,
        name: &'static str,
        work: impl FnOnce(&App, &Actor) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let (app, actor) = (Arc::clone(&self.app), self.actor.clone());
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            if let Err(error) = work(&app, &actor) {
                log::error!("{name}: {error}");
            }
        });
        thread.map(drop).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The session of a person who logged in: for what an API token must not do, such as making a wider one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with a token.
    pub fn in_person(&self) -> Result<&Session> {
        let refused = || Error::Forbidden("do this with an API token; log in with a browser".to_owned());
        self.session.as_ref().ok_or_else(refused)
    }
}

impl Visitor {
    /// The application.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Runs work for somebody who must be logged in, off the event loop.
    ///
    /// # Errors
    /// [`Error::LogIn`] for a stranger, else the work's.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Visit) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.greet(|visit| match visit {
            Ok(visit) => work(&visit),
            Err(_) => Err(Error::LogIn),
        })
        .await
    }

    /// Runs work for anybody: whoever proved who they are, or a stranger.
    ///
    /// # Errors
    /// The work's.
    pub async fn greet<T: Send + 'static>(
        self,
        work: impl FnOnce(std::result::Result<Visit, Arc<App>>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        block(move || work(self.prove()?)).await
    }

    fn prove(self) -> Result<std::result::Result<Visit, Arc<App>>> {
        let Self { app, session_hash, token_hash, path, .. } = self;
        if let Some(hash) = token_hash {
            let actor = store::api_tokens::authenticate(&app.store, &hash)?;
            return Ok(actor.map(|actor| Visit { app: app.clone(), actor, session: None, path }).ok_or(app));
        }
        let Some(hash) = session_hash else { return Ok(Err(app)) };
        let found = store::sessions::authenticate(&app.store, &hash)?;
        let visit =
            found.map(|(actor, session)| Visit { app: app.clone(), actor, session: Some(session), path });
        Ok(visit.ok_or(app))
    }
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(app) = request.app_data::<Data<App>>() else {
            return ready(Err(actix_web::error::ErrorInternalServerError("no application")));
        };
        let app = app.clone().into_inner();
        // PostgreSQL keeps no such character, so nothing can be called by it.
        if request.path().contains("%00") {
            return ready(Err(Error::NotFound("page".to_owned()).into()));
        }
        let hash = |secret: &str| store::ledger::sha256(secret.as_bytes());
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let bearer = header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        ready(Ok(Self {
            session_hash: request.cookie(&cookie_name(&app)).map(|cookie| hash(cookie.value())),
            token_hash: bearer.map(|token| hash(token.trim())),
            path: request.uri().to_string(),
            address: address(request, app.config.trusted_proxies),
            user_agent: header(USER_AGENT).unwrap_or_default().chars().take(200).collect(),
            app,
        }))
    }
}

/// The client's address: the peer, or what the last believed proxy said. Anything further left can be forged.
fn address(request: &HttpRequest, proxies: usize) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|address| address.ip());
    if proxies == 0 {
        return peer;
    }
    let said = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = said.flat_map(|value| value.split(',')).map(str::trim).collect();
    hops.len().checked_sub(proxies).and_then(|at| hops[at].parse().ok()).or(peer)
}
