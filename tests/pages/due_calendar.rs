use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn a_year_is_drawn_and_written_down() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    app.due_kettle(mills, "2026-12-24");
    app.due_kettle(docks, "2026-12-24");
    app.due_kettle(docks, "2027-03-01");
    let viewer = app.client(Role::Viewer);
    let page = viewer.get("/due/calendar").await.expect(200).text();
    assert!(page.contains("<title>24 December 2026: 2 due</title>"), "{page}");
    assert!(page.contains("heat-3") && page.contains("day=2026-12-24") && !page.contains("style="));
    assert!(page.contains("year=2025") && page.contains("year=2027") && page.contains("<caption>"));
    let next =
        viewer.get(&format!("/due/calendar?customer={}&year=2027", docks.customer_id)).await.expect(200);
    assert!(next.text().contains("1 March 2027: 1 due") && next.text().contains("1 due in the year: Docks"));
    let ours = app.client_for(Role::Viewer, Some(vec![mills.customer_id]));
    assert!(ours.get("/due/calendar").await.text().contains("24 December 2026: 1 due"));
    for year in ["1949", "99999", "-1", "x"] {
        viewer.get(&format!("/due/calendar?year={year}")).await.expect(422);
    }
}
