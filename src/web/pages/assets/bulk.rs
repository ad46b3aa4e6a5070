//! Many assets at once: chosen in the list, shown with what will change, then changed all or not at all.

use actix_web::web::Form as Posted;
use askama::Template;
use domain::asset::Lifecycle;
use domain::code::Code;
use domain::event::{Change, Event};
use domain::permission::{RetireAsset, ViewRegister, WorkJob};
use store::assets::{Asset, find_asset};

use super::asset_url;
use super::choices::{self, Choices, read_where};
use super::form::Pairs;
use crate::actions::assets::{self, BulkChange};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The most assets at once.
const MOST: usize = 1000;

struct Chosen {
    asset: Asset,
    version: i64,
    url: String,
    changes: Vec<Change>,
}

#[derive(Template)]
#[template(path = "assets/bulk.html")]
struct BulkPage {
    chrome: Chrome,
    form: Form,
    chosen: Vec<Chosen>,
    wheres: Choices,
    lifecycles: Choices,
    /// Whether everything is said and only "yes" is missing.
    ready: bool,
}

/// `POST /assets/bulk`: asks what, shows what will change, and with `confirm` changes it.
///
/// # Errors
/// Forbidden; not found for any asset outside the scope.
pub async fn change_many(visitor: Visitor, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            if form.value("change") == "labels" {
                return to_page(visit, "/labels", &picks(&form)?);
            }
            if form.value("change") == "job" {
                visit.right::<WorkJob>()?;
                return to_page(visit, "/jobs/new", &picks(&form)?);
            }
            let right = visit.right::<RetireAsset>()?;
            let picks = picks(&form)?;
            let change = change(&mut form);
            if let (Some(change), true) = (change, form.ticked("confirm") && form.errors().is_empty()) {
                match assets::change_many(&visit.app, &right, &picks, change) {
                    Ok(_) => return Ok(Reply::see_other("/assets", "saved")),
                    Err(Error::Stale(_)) => {
                        form.fail(
                            "",
                            "Some of these were changed meanwhile: nothing was done. Choose them again.",
                        );
                        return Reply::conflict(&page(visit, form, &picks, None)?);
                    }
                    Err(error) => super::form_fields::take(&mut form, error)?,
                }
            }
            let sound = form.errors().is_empty();
            let page = page(visit, form, &picks, change.filter(|_| sound))?;
            if sound { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

/// The ids and versions ticked.
fn picks(form: &Form) -> Result<Vec<(i64, i64)>> {
    let wrong = || Error::field("pick", "choose assets from the list");
    let picked = form.all("pick").iter().map(|text| {
        let (id, version) = text.split_once(':').ok_or_else(wrong)?;
        Ok((id.parse().map_err(|_| wrong())?, version.parse().map_err(|_| wrong())?))
    });
    let mut picks = picked.collect::<Result<Vec<(i64, i64)>>>()?;
    picks.sort_unstable();
    picks.dedup();
    match picks.len() {
        0 => Err(Error::field("pick", "tick at least one asset")),
        many if many > MOST => Err(Error::field("pick", format!("tick at most {MOST} assets"))),
        _ => Ok(picks),
    }
}

/// Leads to a page that goes on with the tags of what was ticked.
fn to_page(visit: &Visit, page: &str, picks: &[(i64, i64)]) -> Result<Reply> {
    let right = visit.right::<ViewRegister>()?;
    let tags = visit.app.store.read(|conn| {
        let tags = picks.iter().map(|(id, _)| Ok(find_asset(conn, right.scope(), *id)?.tag));
        tags.collect::<Result<Vec<String>>>()
    })?;
    Ok(Reply::see_other(&format!("{page}?tags={}", form_urlencoded(&tags.join(","))), ""))
}

fn change(form: &mut Form) -> Option<BulkChange> {
    match form.value("change") {
        "move" if form.value("where").is_empty() => None,
        "move" => match read_where(form) {
            Ok((site_id, place_id)) => Some(BulkChange::Move { site_id, place_id }),
            Err(_) => {
                form.fail("where", "choose where they go");
                None
            }
        },
        "lifecycle" => form.code::<Lifecycle>("lifecycle").map(BulkChange::Lifecycle),
        _ => {
            form.fail("change", "choose what to do with them");
            None
        }
    }
}

fn page(visit: &Visit, mut form: Form, picks: &[(i64, i64)], change: Option<BulkChange>) -> Result<BulkPage> {
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        let mut chosen = vec![];
        for (id, version) in picks {
            let asset = find_asset(conn, scope, *id)?;
            let changes = match change {
                Some(change) => {
                    let after = asset.with_fields(change.of(&asset));
                    assets::changes(conn, Event::new("asset", id, "changed"), &asset, &after)?.changes
                }
                None => vec![],
            };
            chosen.push(Chosen { url: asset_url(&asset.tag), asset, version: *version, changes });
        }
        let mut customers: Vec<i64> = chosen.iter().map(|one| one.asset.customer_id).collect();
        customers.sort_unstable();
        customers.dedup();
        let wheres = match (form.value("change"), customers.as_slice()) {
            ("move", [customer]) => choices::wheres(conn, scope, *customer)?,
            ("move", _) => {
                form.fail("where", "these belong to several customers; an asset stays its customer's");
                vec![]
            }
            _ => vec![],
        };
        let chrome = Chrome::new(visit, "Change many assets");
        let ready = change.is_some();
        Ok(BulkPage { chrome, form, chosen, wheres, lifecycles: choices::lifecycles(), ready })
    })
}

impl BulkPage {
    fn status(&self, asset: &Asset) -> &'static str {
        asset.status().label()
    }
}
