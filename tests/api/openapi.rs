//! The description and the table of routes are one and the same.

use std::collections::BTreeSet;

use proofmark::web::api::openapi;
use proofmark::web::routes::ROUTES;
use serde_json::Value;

use crate::support::TestApp;

fn document() -> Value {
    serde_json::from_str(&openapi::json().unwrap()).unwrap()
}

#[test]
fn every_route_of_the_api_is_described_and_nothing_else() {
    let served: BTreeSet<(String, String)> = ROUTES
        .iter()
        .filter(|(_, path, _)| path.starts_with("/api/v1/") && *path != "/api/v1/openapi.json")
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    let document = document();
    let paths = document["paths"].as_object().unwrap().iter();
    let described: BTreeSet<(String, String)> = paths
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    assert_eq!(described, served);
}

#[test]
fn the_document_is_openapi_3_1_and_every_reference_leads_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for name in path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()) {
                assert!(parameters.iter().any(|one| one["name"] == name), "{method} {path}: {name}");
            }
        }
    }
}

#[actix_web::test]
async fn anybody_may_read_it_as_json_or_as_a_page() {
    let stranger = TestApp::new().stranger();
    let json = stranger.get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(json.json(), document());
    let page = stranger.get("/api").await.expect(200).text();
    for (path, _) in document()["paths"].as_object().unwrap() {
        assert!(page.contains(path), "{path}");
    }
    assert!(page.contains("conductor_mm2"), "{page}");
}
