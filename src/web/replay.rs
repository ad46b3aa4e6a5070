//! `Idempotency-Key`: a request that is sent again is answered again and changes nothing.
//!
//! The key is taken and the answer kept in the transaction of the work itself, so that neither can be without the
//! other. Refused requests keep nothing: they changed nothing and may be sent again, corrected, under the same key.

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::event::Event;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use store::idempotency::{claim_key, find_answer, keep_answer};
use store::{Actor, Tx};

use crate::app::App;
use crate::error::{Error, Result};
use crate::web::reply::Reply;

/// The longest key, in bytes.
const LONGEST: usize = 200;

/// The key of a request, if it has one, and what it asks for but for its body.
#[derive(Debug, Clone)]
pub struct RequestKey {
    key: Option<String>,
    target: String,
    sound: bool,
}

/// What is sent, and kept to be sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `ETag`.
    pub etag: Option<String>,
    /// A JSON document.
    pub body: String,
}

impl RequestKey {
    /// Whether the request has a key.
    pub fn is_given(&self) -> bool {
        self.key.is_some()
    }
}

impl FromRequest for RequestKey {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get("idempotency-key");
        let key = header.map(|value| value.to_str().unwrap_or_default().trim().to_owned());
        let sound = key.as_ref().is_none_or(|key| !key.is_empty() && key.len() <= LONGEST);
        let target = format!("{} {}", request.method(), request.uri());
        ready(Ok(Self { key, target, sound }))
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        let headers = [("location", answer.location), ("etag", answer.etag)];
        headers.into_iter().fold(
            Self::new(status, "application/json", answer.body),
            |reply, (name, value)| match value {
                Some(value) => reply.header(name, value),
                None => reply,
            },
        )
    }
}

/// Why a transaction ended without a change.
enum Stop {
    /// Another request took the key first: its answer is there now.
    Meanwhile,
    Error(Error),
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Error(error.into())
    }
}

/// Does the work of a POST once for its key: the second time its answer is given again.
///
/// # Errors
/// The work's; [`Error::KeyReused`] when the key came before with another request; a field error for an unusable key.
pub fn once(
    app: &App,
    actor: &Actor,
    request: &RequestKey,
    body: &Bytes,
    work: impl Fn(&mut Tx) -> Result<(Answer, Vec<Event>)>,
) -> Result<Answer> {
    if !request.sound {
        return Err(Error::field(
            "Idempotency-Key",
            format!("use 1 to {LONGEST} plain characters, such as a UUID"),
        ));
    }
    let (Some(key), Some(person_id)) = (request.key.as_deref(), actor.person_id()) else {
        return app.store.write(actor, work);
    };
    let hash = hash_of(actor, request, body);
    // The second round finds the answer of whoever was first; a third would mean that it was removed again.
    for _ in 0..3 {
        if let Some(kept) = app.store.read(|conn| find_answer(conn, person_id, key))? {
            return again(&kept, &hash);
        }
        let done = app.store.write(actor, |tx| {
            claim_key(tx, person_id, key, &hash).map_err(|error| match error {
                store::Error::Taken(_) => Stop::Meanwhile,
                other => Stop::Error(other.into()),
            })?;
            let (answer, events) = work(tx).map_err(Stop::Error)?;
            let kept =
                serde_json::to_string(&answer).map_err(|e| Stop::Error(Error::Internal(e.to_string())))?;
            keep_answer(tx, person_id, key, (i64::from(answer.status), &kept))?;
            Ok((answer, events))
        });
        match done {
            Ok(answer) => return Ok(answer),
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::Meanwhile) => {}
        }
    }
    Err(Error::Unavailable("an Idempotency-Key is taken and has no answer".to_owned()))
}

fn again(kept: &store::idempotency::KeptAnswer, hash: &str) -> Result<Answer> {
    if kept.request_hash != hash {
        return Err(Error::KeyReused);
    }
    let answer: Answer = serde_json::from_str(&kept.response).map_err(|e| Error::Internal(e.to_string()))?;
    let status = u16::try_from(kept.status).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(Answer { status, ..answer })
}

/// What makes a request the same: method, address, body, and how far the token sees.
fn hash_of(actor: &Actor, request: &RequestKey, body: &Bytes) -> String {
    let mut text = format!("{}\n{:?}\n", request.target, actor.scope().customers()).into_bytes();
    text.extend_from_slice(body);
    store::ledger::sha256(&text)
}
