//! The catalogue: added, found, ordered when it runs low, labelled.

use domain::permission::Role;
use domain::stock::StockPlaceKind;

use crate::support::TestApp;

#[actix_web::test]
async fn a_part_is_added_received_and_found_by_its_words() {
    let app = TestApp::new();
    let (manager, engineer) = (app.client(Role::Manager), app.client(Role::Engineer));
    manager.post("/suppliers/new", &[("name", "Mercer Ltd"), ("account_number", "AC-7")]).await.expect(303);
    manager.post("/stock/places/new", &[("name", "Main store"), ("kind", "store")]).await.expect(303);
    let fields = [
        ("number", "PSU-450/A"),
        ("description", "Power supply"),
        ("maker", "Voltara"),
        ("supplier", "1"),
        ("cost", "49.90"),
        ("unit", "each"),
    ];
    let added = manager.post("/parts/new", &fields).await.expect(303);
    assert!(added.location().starts_with("/parts/1"), "{}", added.location());
    let received = [("kind", "received"), ("part", "1"), ("to", "1"), ("quantity", "4")];
    engineer.post("/stock/movements", &received).await.expect(303);
    for words in ["power", "psu 450", "PSU-450/A", "volt"] {
        let list = engineer.get(&format!("/parts?q={}", words.replace(' ', "+"))).await.expect(200).text();
        assert!(list.contains("Power supply") && list.contains("4 in Main store"), "{words}: {list}");
    }
    assert!(!engineer.get("/parts?q=fan").await.text().contains("Power supply"));
    let page = engineer.get("/parts/1").await.expect(200).text();
    for words in ["Mercer Ltd", "49.90", "Received 4", "in Main store"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // What its label leads to, whatever the case and spaces.
    let opened = engineer.get("/p/psu-450%2Fa").await.expect(303);
    assert_eq!(opened.location(), "/parts/1");
    app.client(Role::Viewer).get("/parts").await.expect(403);
}

#[actix_web::test]
async fn what_runs_low_is_bought_supplier_by_supplier() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let (fan, fuse) = (app.part("FAN-1", false), app.part("FUSE-13", false));
    app.receive(fan, store, 2);
    app.receive(fuse, store, 50);
    let manager = app.client(Role::Manager);
    let levels = format!("/parts/{fan}/levels");
    manager.post(&levels, &[("level_1", "3"), ("to_1", "10")]).await.expect(303);
    assert!(manager.get("/parts?low=on").await.text().contains("Part FAN-1"));
    assert!(!manager.get("/parts?low=on").await.text().contains("Part FUSE-13"));
    let list = manager.get("/stock/purchase").await.expect(200).text();
    assert!(list.contains("FAN-1") && list.contains("value=\"8\"") && !list.contains("FUSE-13"), "{list}");
    let csv = manager.get("/stock/purchase.csv").await.expect(200).text();
    assert!(csv.contains("FAN-1,Part FAN-1,,Main store,8,each,12.50,\"2 there, to order at 3\""), "{csv}");
    let order = [("line", "1:1:0"), ("quantity_1_1", "8"), ("reference", "PO-88")];
    manager.post("/stock/purchase", &order).await.expect(303);
    let list = manager.get("/stock/purchase").await.text();
    assert!(list.contains("8 of 8 for Main store") && list.contains("PO-88"), "{list}");
    assert!(!list.contains("Mark as ordered"), "what is on its way is not asked for again: {list}");
    app.receive(fan, store, 5);
    assert!(manager.get("/stock/purchase").await.text().contains("3 of 8 for Main store"));
    manager.post("/stock/orders/1/end", &[]).await.expect(303);
    manager.post("/stock/orders/1/end", &[]).await.expect(404);
    assert!(manager.get("/stock/purchase").await.text().contains("Nothing: no part"));
    // A van is filled from the store that can spare some before anything is bought.
    let van = app.stock_place("Van", StockPlaceKind::Van, None);
    manager
        .post(&levels, &[("level_1", "3"), ("to_1", "10"), ("level_2", "1"), ("to_2", "2")])
        .await
        .expect(303);
    let list = manager.get("/stock/purchase").await.text();
    let way =
        format!("/stock/movements?kind=moved&amp;part={fan}&amp;from={store}&amp;to={van}&amp;quantity=2");
    assert!(list.contains("Main store can spare 2: move") && list.contains(&way), "{list}");
    assert!(manager.get(&way.replace("&amp;", "&")).await.expect(200).text().contains("value=\"2\""));
}

#[actix_web::test]
async fn parts_pieces_and_bins_have_labels() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("PSU-1", true);
    app.receive_pieces(part, store, &["A1", "A2"]);
    let engineer = app.client(Role::Engineer);
    for (which, says) in
        [("part&copies=3", "Print 3 labels"), ("units", "Print 2 labels"), ("places", "Print 1 label")]
    {
        let page = engineer.get(&format!("/parts/{part}/labels?which={which}")).await.expect(200).text();
        assert!(page.contains(says) && page.contains("<svg"), "{which}: {page}");
        let pdf = engineer.get(&format!("/parts/{part}/labels.pdf?which={which}")).await.expect(200);
        assert!(pdf.bytes.starts_with(b"%PDF"));
    }
    engineer.get(&format!("/parts/{part}/labels.pdf?serial=A2&stock=L7160&start=21")).await.expect(200);
    engineer.get(&format!("/parts/{part}/labels.pdf?serial=B9")).await.expect(404);
    engineer.get(&format!("/parts/{part}/labels?start=22")).await.expect(422);
    engineer.get(&format!("/parts/{part}/labels?design=asset")).await.expect(422);
    // A design for parts is none for assets.
    assert!(!engineer.get("/labels").await.text().contains("Part label"));
    // One piece has a page: where it has been, and its warranty, corrected once.
    let piece = format!("/parts/{part}/pieces/a2");
    let page = engineer.get(&piece).await.expect(200).text();
    assert!(page.contains("<h1>A2</h1>") && page.contains("in Main store"), "{page}");
    let was = page.split("name=\"was\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let change = [("was", was.as_str()), ("until", "2029-01-31")];
    engineer.post(&piece, &change).await.expect(303);
    assert!(engineer.get(&piece).await.text().contains("<dd>2029-01-31</dd>"));
    engineer.post(&piece, &change).await.expect(412);
    engineer.get(&format!("/parts/{part}/pieces/B9")).await.expect(404);
    let scanned = engineer.get("/p/PSU-1/a2").await.expect(303);
    assert!(engineer.get(scanned.location()).await.expect(200).text().contains("Scanned"));
}

#[actix_web::test]
async fn the_list_goes_out_as_it_comes_in() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("FAN-1", false);
    app.part("=FAN-2", false);
    app.receive(part, store, 3);
    let csv = app.client(Role::Engineer).get("/parts.csv").await.expect(200).text();
    assert!(csv.contains("FAN-1,Part FAN-1,,,,12.50,no,12,each,Main store,3,,"), "{csv}");
    assert!(csv.contains("'=FAN-2,"), "{csv}");
    let import = proofmark::actions::part_import::read_file(&app.app, csv.as_bytes()).unwrap();
    assert_eq!((import.rows.len(), import.rows_refused), (2, 0), "{:?}", import.refused);
    assert!(import.rows.iter().any(|row| row.number == "=FAN-2"));
}
