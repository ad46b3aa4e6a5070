//! Jobs that tests work on, over the API.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::client::{Answer, Client};

/// Opens a repair job about assets, begins it, and gives its number.
pub async fn begin_job(client: &Client, customer: &str, tags: &[&str]) -> String {
    open_job(client, customer, ("repair", "Does not heat"), tags).await
}

/// Opens a job of a kind with a title about assets, begins it, and gives its number.
pub async fn open_job(client: &Client, customer: &str, (kind, title): (&str, &str), tags: &[&str]) -> String {
    let body =
        json!({ "customer": customer, "site": "Head office", "kind": kind, "title": title, "assets": tags });
    let opened = client.json(Method::POST, "/api/v1/jobs", &body).await.expect(201).json();
    opened["number"].as_str().expect("a number").to_owned()
}

/// Asks for a step of a job.
pub async fn step_job(client: &Client, number: &str, body: Value) -> Answer {
    client.json(Method::POST, &format!("/api/v1/jobs/{number}/transitions"), &body).await
}

/// Writes down what was found in a job.
pub async fn find_in_job(client: &Client, number: &str, body: Value) -> Answer {
    client.json(Method::POST, &format!("/api/v1/jobs/{number}/findings"), &body).await
}

/// Closes a job from wherever it stands.
pub async fn close_job(client: &Client, number: &str, outcome: &str) -> Answer {
    step_job(client, number, json!({ "to": "closed", "outcome": outcome, "note": "done" })).await
}
