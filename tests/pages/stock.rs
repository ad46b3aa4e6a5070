//! Stores and vans: what moves between them, and what is found when they are counted.

use domain::permission::Role;
use domain::stock::StockPlaceKind;

use crate::support::TestApp;

#[actix_web::test]
async fn a_van_is_filled_up_from_the_store() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("FAN-1", false);
    app.receive(part, store, 5);
    let engineer = app.client(Role::Engineer);
    let me = engineer.get("/stock").await.expect(200).text();
    assert!(!me.contains("My van"));
    let (id, _) = app.add_user(Role::Engineer, None);
    let manager = app.client(Role::Manager);
    let van = [("name", "Van 7"), ("kind", "van"), ("person_id", &id.to_string())];
    manager.post("/stock/places/new", &van).await.expect(303);
    let second = [("name", "Van 8"), ("kind", "van"), ("person_id", &id.to_string())];
    let answer = manager.post("/stock/places/new", &second).await.expect(422);
    assert!(
        answer.text().contains("this engineer has &quot;Van 7&quot; already")
            || answer.text().contains("Van 7")
    );
    let moved = [("kind", "moved"), ("part", "1"), ("from", "1"), ("to", "2"), ("quantity", "2")];
    engineer.post("/stock/movements", &moved).await.expect(303);
    assert_eq!((app.stock_of(part, 1), app.stock_of(part, 2)), (3, 2));
    let too_many = [("kind", "moved"), ("part", "1"), ("from", "2"), ("to", "1"), ("quantity", "3")];
    let answer = engineer.post("/stock/movements", &too_many).await.expect(422).text();
    assert!(
        answer.contains("There are 2 of FAN-1 in Van 7") && answer.contains("3 in Main store"),
        "{answer}"
    );
    let place = engineer.get("/stock/places/2").await.expect(200).text();
    assert!(place.contains("Part FAN-1") && place.contains("Moved 2 of FAN-1"), "{place}");
    let broken =
        [("kind", "scrapped"), ("part", "1"), ("from", "2"), ("quantity", "1"), ("reason", "dropped")];
    engineer.post("/stock/movements", &broken).await.expect(303);
    assert_eq!(app.stock_of(part, 2), 1);
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn a_form_sent_twice_moves_once() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let part = app.part("FAN-1", false);
    let engineer = app.client(Role::Engineer);
    let id = "01939fa2-6d3c-7c1e-9a55-2f6e1f0a0009";
    let received = [("id", id), ("kind", "received"), ("part", "1"), ("to", "1"), ("quantity", "4")];
    engineer.post("/stock/movements", &received).await.expect(303);
    engineer.post("/stock/movements", &received).await.expect(303);
    assert_eq!(app.stock_of(part, store), 4);
    let other = [("id", id), ("kind", "received"), ("part", "1"), ("to", "1"), ("quantity", "5")];
    engineer.post("/stock/movements", &other).await.expect(422);
    assert_eq!(app.stock_of(part, store), 4);
}

#[actix_web::test]
async fn what_is_counted_becomes_what_the_books_have() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let (fan, fuse, psu) = (app.part("FAN-1", false), app.part("FUSE-13", false), app.part("PSU-1", true));
    app.receive(fan, store, 5);
    app.receive(fuse, store, 10);
    app.receive_pieces(psu, store, &["A1", "A2", "A3"]);
    let manager = app.client(Role::Manager);
    let page = manager.get("/stock/places/1/count").await.expect(200).text();
    assert!(page.contains("5 by the books") && page.contains("name=\"unit_3\" value=\"A2\""), "{page}");
    let counted = [
        ("expected_1", "5"),
        ("found_1", "7"),
        ("expected_2", "10"),
        ("found_2", "10"),
        ("expected_3", "3"),
        ("counted_3", "yes"),
        ("unit_3", "A1"),
        ("unit_3", "A3"),
        ("serials_3", "B9"),
        ("reason", "stocktake"),
    ];
    manager.post("/stock/places/1/count", &counted).await.expect(303);
    assert_eq!((app.stock_of(fan, store), app.stock_of(fuse, store), app.stock_of(psu, store)), (7, 10, 3));
    let page = manager.get(&format!("/parts/{psu}")).await.text();
    assert!(page.contains("Not found when counted") && page.contains("B9"), "{page}");
    // Meanwhile somebody moved one: what was counted is old.
    app.receive(fan, store, 1);
    let stale = [("expected_1", "7"), ("found_1", "7")];
    let answer = manager.post("/stock/places/1/count", &stale).await.expect(422).text();
    assert!(answer.contains("moved some while you counted"), "{answer}");
    assert_eq!(app.stock_of(fan, store), 8);
    app.assert_stock_adds_up();
}

#[actix_web::test]
async fn pieces_are_known_wherever_they_are() {
    let app = TestApp::new();
    let store = app.stock_place("Main store", StockPlaceKind::Store, None);
    let bench = app.stock_place("Bench", StockPlaceKind::Bench, None);
    let part = app.part("PSU-1", true);
    app.receive_pieces(part, store, &["A1", "A2"]);
    let engineer = app.client(Role::Engineer);
    let moved = [("kind", "moved"), ("part", "1"), ("from", "1"), ("to", "2"), ("serials", "a1")];
    engineer.post("/stock/movements", &moved).await.expect(303);
    assert_eq!((app.stock_of(part, store), app.stock_of(part, bench)), (1, 1));
    for (serials, says) in [
        ("A1", "A1 is in Bench by the books"),
        ("A9", "there is no piece A9"),
        ("A2\nA2", "is there twice"),
        ("", "serial number of each piece"),
    ] {
        let form = [("kind", "moved"), ("part", "1"), ("from", "1"), ("to", "2"), ("serials", serials)];
        let answer = engineer.post("/stock/movements", &form).await.expect(422).text();
        assert!(answer.contains(says), "{serials}: {answer}");
    }
    let again = [("kind", "received"), ("part", "1"), ("to", "1"), ("serials", "A2")];
    let answer = engineer.post("/stock/movements", &again).await.expect(422).text();
    assert!(answer.contains("A2 is in Main store by the books"), "{answer}");
    app.assert_stock_adds_up();
}
