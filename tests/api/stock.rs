//! Parts and stock through the API.

use actix_web::http::Method;
use domain::permission::Role;
use domain::stock::StockPlaceKind;
use proofmark::actions::api_tokens::TokenFields;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::Client;

#[actix_web::test]
async fn stock_is_received_moved_and_listed() {
    let app = TestApp::new();
    app.stock_place("Main store", StockPlaceKind::Store, None);
    app.stock_place("Van 7", StockPlaceKind::Van, None);
    app.part("FAN-1", false);
    let program = app.engineer();
    let post = |body| program.json(Method::POST, "/api/v1/stock/movements", body);
    let received =
        json!({"kind": "received", "part": "fan-1", "to": "Main store", "quantity": 5, "cost": "9.50"});
    let answer = post(&received).await.expect(201).json();
    assert_eq!(answer["movements"].as_array().unwrap().len(), 1);
    let moved = json!({"kind": "moved", "part": "FAN-1", "from": "Main store", "to": "Van 7", "quantity": 2});
    post(&moved).await.expect(201);
    let list = program.get("/api/v1/parts?q=fan").await.expect(200).json();
    let one = &list["items"][0];
    assert_eq!((one["number"].as_str(), one["quantity"].as_i64()), (Some("FAN-1"), Some(5)));
    assert_eq!(one["places"][1], json!({"place": "Van 7", "quantity": 2}));
    assert_eq!((one["cost"].as_str(), list["next"].is_null()), (Some("12.50"), true));
    let model = app.model("Dell", "T150");
    let of_model = format!("/api/v1/parts?model={model}");
    assert_eq!(program.get(&of_model).await.expect(200).json()["items"], json!([]));
    app.put(|tx| {
        let fan = store::parts::find_part_by_number(tx, "FAN-1")?.id;
        store::parts::replace_models(tx, fan, &[model])
    });
    assert_eq!(program.get(&of_model).await.json()["items"][0]["number"], "FAN-1");
    program.get("/api/v1/parts?model=999").await.expect(404);
    let too_many =
        json!({"kind": "moved", "part": "FAN-1", "from": "Van 7", "to": "Main store", "quantity": 3});
    let problem = post(&too_many).await.expect(409).json();
    assert!(problem["detail"].as_str().unwrap().contains("There are 2 of FAN-1 in Van 7"), "{problem}");
    // Counting is for managers, but for one's own van.
    let counted =
        json!({"kind": "counted", "part": "FAN-1", "from": "Van 7", "quantity": 1, "reason": "stocktake"});
    let problem = post(&counted).await.expect(409).json();
    assert!(problem["detail"].as_str().unwrap().contains("not your own van"), "{problem}");
    let manager =
        app.program(Role::Manager, None, &TokenFields { name: "m".to_owned(), ..TokenFields::default() });
    manager.json(Method::POST, "/api/v1/stock/movements", &counted).await.expect(201);
    assert_eq!(program.get("/api/v1/parts").await.json()["items"][0]["quantity"], 4);
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn the_same_key_takes_once() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let job = app.job(ground, &[&kettle]);
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("FAN-1", false);
    app.receive(part, store, 5);
    let program = app.engineer();
    let path = format!("/api/v1/jobs/{job}/parts");
    let body = json!({"part": "FAN-1", "place": "Main store", "asset": kettle.tag});
    let post = |key: &'static str| {
        let (program, path, body) = (&program, &path, &body);
        async move {
            program
                .send(Method::POST, path, |r| r.set_json(body).insert_header(("idempotency-key", key)))
                .await
        }
    };
    let first = post("k1").await.expect(201);
    assert_eq!(post("k1").await.expect(201).bytes, first.bytes);
    assert_eq!(app.stock_of(part, store), 4);
    post("k2").await.expect(201);
    let back = json!({"kind": "returned", "part": "FAN-1", "place": "Main store", "quantity": 2});
    program.json(Method::POST, &path, &back).await.expect(201);
    program.json(Method::POST, &path, &back).await.expect(409);
    assert_eq!(app.stock_of(part, store), 5);
    // An id of the ledger's own counts once too.
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0009";
    let body = json!({"id": id, "part": "FAN-1", "place": "Main store"});
    program.json(Method::POST, &path, &body).await.expect(201);
    program.json(Method::POST, &path, &body).await.expect(409);
    assert_eq!(app.stock_of(part, store), 4);
}

#[actix_web::test]
async fn a_part_fitted_inside_asks_for_a_test_after_repair() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let job = app.job(ground, &[&kettle]);
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let fan = app.part("FAN-1", false);
    app.receive(fan, store, 2);
    let program = app.engineer();
    let body = json!({"part": "FAN-1", "place": "Main store", "asset": kettle.tag, "opened": true});
    program.json(Method::POST, &format!("/api/v1/jobs/{job}/parts"), &body).await.expect(201);
    let asset = program.get(&format!("/api/v1/assets/{}", kettle.tag)).await.expect(200).json();
    assert_eq!(asset["status"], "quarantined", "{asset}");
}

#[actix_web::test]
async fn stock_is_what_is_there_whatever_was_scanned() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let (kettle, other) = (app.kettle(ground), app.kettle(ground));
    let (job, theirs) = (app.job(ground, &[&kettle]), app.job(ground, &[&other]));
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    app.stock_place("Faulty", StockPlaceKind::Returns, None);
    let (fan, psu) = (app.part("FAN-1", false), app.part("PSU-1", true));
    let program = app.engineer();
    let movement =
        |serial: &str| json!({"kind": "received", "part": "PSU-1", "to": "Main store", "serials": [serial]});
    let path = "/api/v1/stock/movements";
    program.json(Method::POST, path, &movement("HTTPS://HOST/P/PSU-1/A9")).await.expect(201);
    let wrong =
        program.json(Method::POST, path, &movement("https://host/p/FAN-1/B1")).await.expect(422).text();
    assert!(wrong.contains("label of a piece of FAN-1"), "{wrong}");
    // A piece comes out of the asset that it is in, and of no other.
    let parts = |job: &str| format!("/api/v1/jobs/{job}/parts");
    let fit = json!({"part": "PSU-1", "serial": "A9", "place": "Main store"});
    program.json(Method::POST, &parts(&job), &fit).await.expect(201);
    assert_eq!(app.stock_of(psu, store), 0);
    let out = json!({"out_serial": "A9"});
    let refused = program.json(Method::POST, &parts(&theirs), &out).await.expect(422).text();
    assert!(refused.contains(&kettle.tag) && refused.contains("add that one to the job"), "{refused}");
    // What lies with the returns is not fitted, and no reason makes more of what is put aside for another job.
    let faulty = json!({"part": "FAN-1", "place": "Faulty"});
    let refused = program.json(Method::POST, &parts(&job), &faulty).await.expect(422).text();
    assert!(refused.contains("no job can use it"), "{refused}");
    app.receive(fan, store, 2);
    let engineer = app.actor(Role::Engineer, None);
    proofmark::actions::job_parts::reserve(&app.app, &engineer.right().unwrap(), &theirs, (fan, store, 2))
        .unwrap();
    let taken = json!({"part": "FAN-1", "place": "Main store", "reason": "it is in my hand"});
    program.json(Method::POST, &parts(&job), &taken).await.expect(409);
    assert_eq!(app.stock_of(fan, store), 2);
    app.assert_stock_adds_up();
}

#[test]
fn of_fifty_clients_that_issue_the_last_part_exactly_one_gets_it() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let kettle = app.kettle(ground);
    let job = app.job(ground, &[&kettle]);
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let (fan, psu) = (app.part("FAN-1", false), app.part("PSU-1", true));
    app.receive(fan, store, 1);
    app.receive_pieces(psu, store, &["A1"]);
    let token = app.engineer().token.unwrap();
    let path = format!("/api/v1/jobs/{job}/parts");
    for body in [
        json!({"part": "FAN-1", "place": "Main store"}),
        json!({"part": "PSU-1", "place": "Main store", "serial": "A1"}),
    ] {
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let one = || {
                let run = async {
                    let program = Client::with_token(app.app.clone(), &token);
                    program.json(Method::POST, &path, &body).await.status.as_u16()
                };
                actix_web::rt::System::new().block_on(run)
            };
            let threads: Vec<_> = (0..50).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201, "{statuses:?}");
        assert!(statuses[1..].iter().all(|status| matches!(status, 409 | 422)), "{statuses:?}");
    }
    assert_eq!((app.stock_of(fan, store), app.stock_of(psu, store)), (0, 0));
    app.assert_stock_adds_up();
}
