use domain::permission::Role;

use crate::support::TestApp;

#[actix_web::test]
async fn managers_see_numbers_charts_and_the_jobs_behind_them() {
    let app = TestApp::new();
    app.ground("Mills");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jobs.csv");
    let rows = "id,date,closed,status,category,brand,model,problem\n\
        1,2026-09-02,2026-09-04,Fixed,Kettle,Bruma,K1,Trips the fuse\n\
        2,2026-10-02,2026-10-04,End of life,Kettle,Bruma,K1,Burnt\n\
        3,2026-11-02,,open,Lamp,,,Flickers\n";
    std::fs::write(&file, rows).unwrap();
    proofmark::cli::import_jobs::Jobs {
        file,
        customer: "Mills".to_owned(),
        site: None,
        source: String::new(),
        status: vec![],
        dry_run: false,
        skip_refused: false,
        dates: Default::default(),
    }
    .run(&app.app)
    .unwrap();
    let manager = app.client(Role::Manager);
    let page = manager.get("/measures").await.expect(200).text();
    assert!(page.contains("<strong>1</strong> <span>open now</span>"), "{page}");
    assert!(page.contains("<strong>2</strong> <span>closed</span>"), "{page}");
    assert!(page.contains("October 2026: 1 closed") && page.contains("bruma k1"), "{page}");
    let jobs = manager.get("/measures/jobs?what=closed&from=2026-10&until=2026-10").await.expect(200).text();
    assert!(jobs.contains("Burnt") && !jobs.contains("Trips the fuse"), "{jobs}");
    let jobs = manager.get("/measures/jobs?what=closed&model=Bruma+K1").await.expect(200).text();
    assert!(jobs.contains("Burnt") && jobs.contains("Trips the fuse"), "{jobs}");
    let open = manager.get("/measures/jobs?what=backlog").await.expect(200).text();
    assert!(open.contains("Flickers"), "{open}");
    for link in
        ["what=open_then&", "what=worked&", "what=worked_2&", "what=held_3&", "model=%3F", "what=fix_met&"]
    {
        let link = link.replace('&', "&#38;");
        assert!(page.contains(&link) || page.contains(&link.replace("%3F", "?")), "{link}: {page}");
    }
    // Opened on 2 October and closed on the 4th; the lamp came in November.
    let then = manager.get("/measures/jobs?what=open_then&from=2026-09&until=2026-09").await.expect(200);
    assert!(then.text().contains("There is none."));
    let then = manager.get("/measures/jobs?what=open_then&from=2026-11&until=2026-11").await.expect(200);
    assert!(then.text().contains("Flickers"));
    let unknown = manager.get("/measures/jobs?what=opened&model=%3F").await.expect(200).text();
    assert!(unknown.contains("Flickers") && !unknown.contains("Burnt"), "{unknown}");
    let late = manager.get("/measures/jobs?what=fix_met").await.expect(200).text();
    assert!(late.contains("what=fix_missed") && late.contains("Put right late"), "{late}");
}

#[actix_web::test]
async fn a_query_that_makes_no_sense_is_told_and_others_see_nothing() {
    let app = TestApp::new();
    let (mills, _) = (app.ground("Mills"), app.ground("Works"));
    let manager = app.client(Role::Manager);
    for (query, words) in [
        ("from=2026-13", "write it as 2026-11"),
        ("from=2026-05&until=2026-04", "the last month is before the first"),
        ("from=1990-01&until=2026-04", "at most 60 months"),
        ("line=9", "between 1 and 3"),
    ] {
        let page = manager.get(&format!("/measures?{query}")).await.expect(422).text();
        assert!(page.contains(words), "{query}: {page}");
    }
    manager.get("/measures/jobs?what=everything").await.expect(422);
    manager.get("/measures/jobs").await.expect(422);
    manager.get("/measures?customer=999").await.expect(404);
    let other = app.client_for(Role::Manager, Some(vec![mills.customer_id + 1]));
    other.get(&format!("/measures?customer={}", mills.customer_id)).await.expect(404);
    other.get(&format!("/measures/jobs?what=closed&site={}", mills.site_id)).await.expect(404);
    app.client(Role::Engineer).get("/measures").await.expect(403);
}
