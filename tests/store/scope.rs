//! Customers are kept apart by the scope and by the keys.

use domain::permission::Role;
use store::Error;

use crate::support::TestApp;
use crate::support::builders::kettle_fields;

#[test]
fn a_foreign_asset_is_no_asset() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let kettle = app.kettle(theirs);
    let actor = app.actor(Role::Administrator, Some(vec![ours.customer_id]));
    let found = app.app.store.read(|conn| store::assets::find_asset_by_tag(conn, actor.scope(), &kettle.tag));
    assert!(matches!(found, Err(Error::NotFound("asset"))));
}

#[test]
fn an_asset_cannot_stand_on_another_customers_site() {
    let app = TestApp::new();
    let (ours, theirs) = (app.ground("Ours"), app.ground("Theirs"));
    let category_id = app.kettle(ours).id;
    let actor = app.actor(Role::Administrator, None);
    let wrong = app.app.store.write(&actor, |tx| {
        let id = store::assets::insert_asset(tx, ours.customer_id, "X", kettle_fields(theirs, category_id))?;
        Ok::<_, Error>((id, vec![domain::event::Event::new("asset", id, "added")]))
    });
    assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
}
