mod assets;
mod clock;
mod faults;
mod idempotency;
mod jobs;
mod judge;
mod openapi;
mod referrals;
mod stock;
mod tests;
mod tokens;

use domain::permission::Role;
use proofmark::actions::api_tokens::{TokenFields, make_token};
use store::Actor;

use crate::support::TestApp;
use crate::support::client::Client;

impl TestApp {
    /// A program with a new token of a new user with this role and sight.
    pub fn program(&self, role: Role, customers: Option<Vec<i64>>, fields: &TokenFields) -> Client {
        let (person_id, _) = self.add_user(role, customers);
        let secret =
            make_token(&self.app, &Actor::operator(domain::event::Via::Cli), person_id, fields).unwrap();
        Client::with_token(self.app.clone(), &secret)
    }

    /// An engineer's program that sees all customers.
    pub fn engineer(&self) -> Client {
        self.program(Role::Engineer, None, &TokenFields { name: "test".to_owned(), ..TokenFields::default() })
    }
}

/// The least that a new asset needs, on the builders' ground.
pub fn kettle_json(customer: &str) -> serde_json::Value {
    serde_json::json!({"customer": customer, "site": "Head office", "category": "Kettle"})
}
