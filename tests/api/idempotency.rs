use actix_web::http::Method;
use serde_json::{Value, json};

use super::kettle_json;
use crate::support::TestApp;
use crate::support::client::{Answer, Client};

async fn post(program: &Client, key: &str, body: &Value) -> Answer {
    program
        .send(Method::POST, "/api/v1/assets", |r| r.set_json(body).insert_header(("idempotency-key", key)))
        .await
}

async fn count(program: &Client) -> usize {
    program.get("/api/v1/assets?limit=200").await.expect(200).json()["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn the_same_key_answers_the_same_and_adds_once() {
    let app = TestApp::new();
    app.kettle(app.ground("Mills"));
    let program = app.engineer();
    let first = post(&program, "k1", &kettle_json("Mills")).await.expect(201);
    let again = post(&program, "k1", &kettle_json("Mills")).await.expect(201);
    assert_eq!(first.bytes, again.bytes);
    for name in ["location", "etag", "content-type"] {
        assert_eq!(first.headers.get(name), again.headers.get(name), "{name}");
    }
    assert_eq!(count(&program).await, 2);
    let mut other = kettle_json("Mills");
    other["make"] = json!("Calda");
    post(&program, "k1", &other).await.expect(422);
    assert_eq!(count(&program).await, 2);
    // Another person's key is another key.
    post(&app.engineer(), "k1", &other).await.expect(201);
}

#[actix_web::test]
async fn a_refused_request_keeps_nothing() {
    let app = TestApp::new();
    app.kettle(app.ground("Mills"));
    let program = app.engineer();
    post(&program, "k2", &json!({})).await.expect(422);
    post(&program, "k2", &kettle_json("Mills")).await.expect(201);
    for key in ["", &"x".repeat(201), "ключ"] {
        post(&program, key, &kettle_json("Mills")).await.expect(422);
    }
}

#[test]
fn fifty_at_once_add_one() {
    let app = TestApp::new();
    app.kettle(app.ground("Mills"));
    let token = app.engineer().token.unwrap();
    let bodies: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            let run = async {
                let program = Client::with_token(app.app.clone(), &token);
                post(&program, "same", &kettle_json("Mills")).await.expect(201).bytes
            };
            actix_web::rt::System::new().block_on(run)
        };
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    let program = Client::with_token(app.app.clone(), &token);
    assert_eq!(actix_web::rt::System::new().block_on(count(&program)), 2);
}
