//! Verdicts without a record.

use actix_web::http::Method;
use domain::permission::Role;
use serde_json::json;

use crate::support::TestApp;

#[actix_web::test]
async fn the_same_readings_under_two_rule_sets() {
    let app = TestApp::new();
    let viewer = app.client(Role::Viewer);
    let listed = viewer.get("/api/v1/rulesets").await.expect(200).json();
    let codes: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|set| set["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["iet5", "en50699", "en50678", "vde0701", "asnzs3760"]);
    let mut verdicts = vec![];
    for code in ["iet5", "en50699"] {
        let body = json!({
            "asset": {"equipment_class": "I", "equipment_type": "portable", "conductor_mm2": "1.0", "lead_length_m": 3},
            "kind": "combined", "ruleset": code, "visual": {"plug": "pass"},
            "readings": [
                {"test": "earth_continuity", "value": "0.25", "unit": "ohm"},
                {"test": "insulation_resistance", "value": ">19.99", "unit": "Mohm", "voltage_v": 500},
                {"test": "protective_conductor_current", "value": "0.4", "unit": "mA"}
            ]
        });
        let answer = viewer.json(Method::POST, "/api/v1/judge", &body).await.expect(200).json();
        verdicts.push((answer["verdict"].clone(), answer["readings"][0]["limit"].clone()));
    }
    assert_eq!(verdicts, [(json!("fail"), json!("0.1585")), (json!("pass"), json!("0.3"))]);
}
