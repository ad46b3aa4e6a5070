//! API tokens: made by their owner, shown once.

use domain::event::Event;
use store::api_tokens::{self, NewApiToken};
use store::types::Moment;
use store::{Actor, customers};

use crate::app::{App, new_secret};
use crate::error::{Error, Result};

/// What a token is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenFields {
    /// What its owner calls it.
    pub name: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// The one customer it is kept to.
    pub customer_id: Option<i64>,
}

/// Makes a token for `person_id` and gives its secret, which is not kept. The caller has made sure that
/// `actor` is that person in a session, or the operator: a token must not make a wider one.
///
/// # Errors
/// Not found when the customer is outside the actor's scope.
pub fn make_token(app: &App, actor: &Actor, person_id: i64, fields: &TokenFields) -> Result<String> {
    // The prefix lets people and scanners of leaked files see what it is.
    let secret = format!("pmk_{}", new_secret());
    app.store.write(actor, |tx| {
        if let Some(id) = fields.customer_id {
            customers::find_customer(tx, actor.scope(), id)?;
        }
        let token = NewApiToken {
            hash: store::ledger::sha256(secret.as_bytes()),
            person_id,
            name: fields.name.clone(),
            read_only: fields.read_only,
            customer_id: fields.customer_id,
            created_at: Moment::from(tx.now),
        };
        let id = api_tokens::insert_api_token(tx, &token)?;
        let event =
            Event::new("token", id, "made").change("person", "", person_id).change("name", "", &fields.name);
        Ok::<_, Error>(((), vec![event]))
    })?;
    Ok(secret)
}

/// Revokes one of a person's tokens.
///
/// # Errors
/// Not found when there is no such live token of theirs.
pub fn revoke_token(app: &App, actor: &Actor, person_id: i64, id: i64) -> Result<()> {
    app.store.write(actor, |tx| {
        api_tokens::revoke_api_token(tx, person_id, id)?;
        Ok(((), vec![Event::new("token", id, "revoked").change("person", "", person_id)]))
    })
}
