//! Assets in the browser.
mod act;
mod bulk;
mod files;
mod form;
mod list;
mod scan;

use crate::support::TestApp;
use crate::support::builders::{Ground, Thing};

/// A form of a kettle on this ground, with what a test changes.
fn kettle_form<'a>(ground: &Ground, category: i64, more: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut form: Vec<(String, String)> = [
        ("customer", ground.customer_id.to_string()),
        ("category", category.to_string()),
        ("where", format!("{}:{}", ground.site_id, ground.place_id)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    for (name, value) in more {
        form.retain(|(known, _)| known != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    form
}

fn pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// A kettle that can be found by searching.
fn listed_kettle(app: &TestApp, ground: Ground) -> Thing {
    let thing = app.kettle(ground);
    app.put(|tx| store::assets::reindex_asset(tx, thing.id));
    thing
}

/// The asset as it stands.
fn read(app: &TestApp, id: i64) -> store::assets::Asset {
    let actor = store::Actor::operator(domain::event::Via::Cli);
    app.app.store.read(|conn| store::assets::find_asset(conn, actor.scope(), id)).unwrap()
}
