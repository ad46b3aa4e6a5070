use actix_web::http::Method;
use domain::permission::Role;
use proofmark::actions::api_tokens::TokenFields;
use serde_json::json;

use super::kettle_json;
use crate::support::TestApp;
use crate::support::client::Client;

#[actix_web::test]
async fn a_token_sees_and_does_no_more_than_it_was_made_for() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let (mine, foreign) = (app.kettle(ours), app.kettle(theirs));
    let name = || "test".to_owned();
    let reader = app.program(
        Role::Administrator,
        None,
        &TokenFields { name: name(), read_only: true, customer_id: None },
    );
    reader.get(&format!("/api/v1/assets/{}", mine.tag)).await.expect(200);
    reader.json(Method::POST, "/api/v1/assets", &kettle_json("Ours")).await.expect(403);
    let path = format!("/api/v1/assets/{}", mine.tag);
    let change = json!({"make": "x"});
    reader
        .send(Method::PATCH, &path, |r| r.set_json(&change).insert_header(("if-match", "\"1\"")))
        .await
        .expect(403);
    let only = TokenFields { name: name(), read_only: false, customer_id: Some(ours.customer_id) };
    let narrow = app.program(Role::Administrator, None, &only);
    narrow.get(&format!("/api/v1/assets/{}", foreign.tag)).await.expect(404);
    narrow.get(&path).await.expect(200);
    narrow.json(Method::POST, "/api/v1/assets", &kettle_json("Theirs")).await.expect(404);
    // A token for a customer outside its user's own sight sees nothing at all.
    let blind = TokenFields { name: name(), read_only: false, customer_id: Some(theirs.customer_id) };
    let blind = app.program(Role::Administrator, Some(vec![ours.customer_id]), &blind);
    blind.get(&format!("/api/v1/assets/{}", foreign.tag)).await.expect(404);
    blind.get(&path).await.expect(404);
    app.program(Role::Viewer, None, &TokenFields { name: name(), ..TokenFields::default() })
        .json(Method::POST, "/api/v1/assets", &kettle_json("Ours"))
        .await
        .expect(403);
}

#[actix_web::test]
async fn a_revoked_or_made_up_token_is_nobody() {
    let app = TestApp::new();
    let program = app.engineer();
    program.get("/api/v1/customers").await.expect(200);
    app.put(|tx| {
        let all = store::users::list_users(tx)?;
        for (user, _) in all {
            for token in store::api_tokens::list_api_tokens(tx, user.person_id)? {
                store::api_tokens::revoke_api_token(tx, user.person_id, token.id)?;
            }
        }
        Ok(())
    });
    program.get("/api/v1/customers").await.expect(401);
    for secret in ["", "x", "pmk_0000"] {
        Client::with_token(app.app.clone(), secret).get("/api/v1/assets").await.expect(401);
    }
}
