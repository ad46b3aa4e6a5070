use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn calibration_that_has_ended_or_soon_will_is_flagged() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    // Every test begins on 2026-11-23.
    for (serial, due) in
        [("LATE", "2026-11-22"), ("TODAY", "2026-11-23"), ("GOOD", "2027-06-01"), ("NONE", "")]
    {
        let form = [("make", "Seaward"), ("model", "Apollo"), ("serial", serial), ("calibration_due", due)];
        manager.post("/instruments/new", &form).await.expect(303);
    }
    let page = app.client(Role::Viewer).get("/instruments").await.expect(200).text();
    for words in ["Overdue", "Due soon", "Not known"] {
        assert_eq!(page.matches(&format!(">{words}<")).count(), 1, "{words}: {page}");
    }
}

#[actix_web::test]
async fn bad_and_stale_input_is_named() {
    let app = TestApp::new();
    let manager = app.client(Role::Manager);
    let good = [("make", "A"), ("model", "B"), ("serial", "C"), ("version", "1")];
    manager.post("/instruments/new", &good).await.expect(303);
    manager.post("/instruments/new", &good).await.expect(422);
    manager.post("/instruments/new", &[("make", "A")]).await.expect(422);
    let wrong = [
        ("make", "A"),
        ("model", "B"),
        ("serial", "D"),
        ("calibrated_on", "2026-02-01"),
        ("calibration_due", "2026-01-01"),
    ];
    let answer = manager.post("/instruments/new", &wrong).await.expect(422);
    assert!(answer.text().contains("before the day of calibration"));
    manager.post("/instruments/1/edit", &good).await.expect(303);
    manager.post("/instruments/1/edit", &good).await.expect(409);
    manager.post("/instruments/9/edit", &good).await.expect(404);
    app.client(Role::Engineer).post("/instruments/1/edit", &good).await.expect(403);
}
