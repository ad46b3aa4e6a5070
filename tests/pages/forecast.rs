//! The work to come, as a chart, a table and a file.

use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn what_returns_each_year_is_there_each_year() {
    let app = TestApp::new();
    let (mills, docks) = (app.ground("Mills"), app.ground("Docks"));
    for _ in 0..3 {
        app.due_kettle(mills, "2026-12-10");
    }
    app.due_kettle(docks, "2020-01-01");
    let viewer = app.client(Role::Viewer);
    let page = viewer.get("/forecast?months=24").await.expect(200).text();
    assert!(page.contains("<title>December 2026: 3 combined inspection and test</title>"), "{page}");
    assert!(page.contains("<title>December 2027: 3 combined inspection and test</title>"), "{page}");
    assert!(page.contains("<title>November 2026: 1 combined inspection and test</title>"), "{page}");
    assert!(page.contains("40 an hour, assumed"), "{page}");
    let csv = viewer.get(&format!("/forecast.csv?site={}", mills.site_id)).await.expect(200).text();
    assert!(csv.contains("\"Mills, Head office\",2026-12,0,0,3,0.1,40,assumed"), "{csv}");
    assert!(!csv.contains("Docks"));
    let some = app.client_for(Role::Viewer, Some(vec![docks.customer_id]));
    let theirs = some.get("/forecast").await.expect(200).text();
    assert!(theirs.contains("Docks") && !theirs.contains("Mills"));
    some.get(&format!("/forecast?customer={}", mills.customer_id)).await.expect(404);
}
