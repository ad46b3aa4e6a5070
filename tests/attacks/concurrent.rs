//! F10: of many edits at once, one wins and the others are told.

use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn of_eight_edits_of_one_version_one_wins() {
    let app = TestApp::new();
    let ground = app.ground("Mills");
    let manager = app.client(Role::Manager);
    let path = format!("/customers/{}/edit", ground.customer_id);
    let names: Vec<String> = (0..8).map(|n| format!("Mills {n}")).collect();
    let forms: Vec<_> = names.iter().map(|name| [("version", "1"), ("name", name.as_str())]).collect();
    let answers = futures_util::future::join_all(forms.iter().map(|form| manager.post(&path, form))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409, 409, 409, 409, 409, 409]);
}
