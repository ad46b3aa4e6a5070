//! `GET /t/{tag}`: what a scanned label opens, for whoever holds the phone.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Path, Query};
use askama::Template;
use domain::permission::{EditAsset, ViewRegister};
use serde::Deserialize;
use store::assets::Asset;

use super::{asset_page, asset_url};
use crate::actions::assets::{Found, scan_in};
use crate::actions::portal;
use crate::actions::set_up::{Firm, find_firm};
use crate::app::App;
use crate::error::{Error, Result};
use crate::web::layout::Chrome;
use crate::web::pages::faults::public::label_page;
use crate::web::problem::{form_urlencoded, part_urlencoded};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Which part of the history is asked for.
#[derive(Deserialize)]
pub struct Before {
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "assets/stranger.html")]
struct StrangerPage {
    chrome: Chrome,
    firm: Firm,
    log_in: String,
}

#[derive(Template)]
#[template(path = "assets/scan.html")]
struct ScanPage {
    chrome: Chrome,
    /// The code as read, where it may go on something.
    free: Option<String>,
    wrong: Option<String>,
    choose: Vec<(String, Asset, String)>,
    edits: bool,
}

impl ScanPage {
    fn encoded(&self) -> String {
        form_urlencoded(self.free.as_deref().unwrap_or_default())
    }
}

/// `GET /t/{tag}` and `GET /T/{tag}`. A stranger gets the same page whatever the tag, unless its customer lets
/// anybody report faults.
///
/// # Errors
/// The store's.
pub async fn show_tag(
    visitor: Visitor,
    request: HttpRequest,
    tag: Path<String>,
    before: Query<Before>,
) -> Result<Reply> {
    let host = request.connection_info().host().to_owned();
    visitor
        .greet(move |visit| {
            let app = visit.as_ref().map_or_else(|app| app, |visit| &visit.app);
            if let Some(base) = moved(app, &host)? {
                return Ok(Reply::see_other(&format!("{base}{}", asset_url(&tag)), ""));
            }
            match visit {
                Ok(visit) if visit.actor.may::<ViewRegister>() => known(&visit, &tag, before.before),
                Ok(visit) => customers_own(&visit, &tag),
                Err(app) => stranger(&app, &tag),
            }
        })
        .await
}

/// Where a label with an earlier base address leads now: log-ins and cookies belong to the present one.
fn moved(app: &App, host: &str) -> Result<Option<String>> {
    let authority = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_lowercase());
    let (host, base) = (host.to_lowercase(), app.config.base_url.trim_end_matches('/'));
    if authority(base).is_none_or(|at| at == host) {
        return Ok(None);
    }
    let earlier = find_firm(app)?.earlier_base_urls;
    // Only an address that the settings name: any other host is answered as it came.
    Ok(earlier.iter().any(|url| authority(url).as_ref() == Some(&host)).then(|| base.to_owned()))
}

/// Where the customer of what a label is on lets anybody report faults, they may; all other labels are alike.
fn stranger(app: &Arc<App>, tag: &str) -> Result<Reply> {
    if let Some(page) = label_page(app, tag)? {
        return Ok(page);
    }
    // What came is not ours to repeat at any length.
    let tag: String = tag.chars().take(200).collect();
    let log_in = format!("/login?next={}", form_urlencoded(&asset_url(&tag)));
    let page = StrangerPage { chrome: Chrome::bare("Label"), firm: find_firm(app)?, log_in };
    Reply::ok(&page)
}

/// A customer's own person goes to the thing's page in their rooms; of a label that is none of theirs they see what
/// any stranger does.
fn customers_own(visit: &Visit, tag: &str) -> Result<Reply> {
    match portal::find_asset(&visit.app, &visit.right()?, tag) {
        Ok(asset) => Ok(Reply::see_other(&format!("/portal/assets/{}", part_urlencoded(&asset.tag)), "")),
        Err(Error::NotFound(_)) => stranger(&visit.app, tag),
        Err(error) => Err(error),
    }
}

fn known(visit: &Visit, tag: &str, before: Option<i64>) -> Result<Reply> {
    let right = visit.right::<ViewRegister>()?;
    visit.app.store.read(|conn| match scan_in(conn, right.scope(), tag)? {
        Found::Asset(asset, came) => asset_page::show(conn, visit, *asset, came, before),
        Found::Choose(assets) => {
            let named = assets.into_iter().map(|asset| {
                let names = store::assets::names_of(conn, &asset)?;
                Ok((asset_url(&asset.tag), asset, format!("{} › {}", names.customer, names.site)))
            });
            let choose = named.collect::<Result<Vec<_>>>()?;
            Reply::ok(&page(visit, "Which of these?", None, None, choose))
        }
        Found::WrongCheck(text) => {
            let page = page(visit, "Read the label again", None, Some(text), vec![]);
            Reply::page(StatusCode::NOT_FOUND, &page)
        }
        Found::Free(code) => {
            // A customer's code keeps its dashes; only what came as an address is cut to its code.
            let ours = code.parse::<domain::tag::Tag>().is_ok() || tag.contains("://");
            let code = if ours { code } else { tag.trim().to_owned() };
            let page = page(visit, "This label is on nothing yet", Some(code), None, vec![]);
            Reply::page(StatusCode::NOT_FOUND, &page)
        }
        Found::Unreadable => {
            Reply::page(StatusCode::NOT_FOUND, &page(visit, "This label cannot be read", None, None, vec![]))
        }
    })
}

fn page(
    visit: &Visit,
    title: &str,
    free: Option<String>,
    wrong: Option<String>,
    choose: Vec<(String, Asset, String)>,
) -> ScanPage {
    let edits = visit.actor.may::<EditAsset>();
    ScanPage { chrome: Chrome::new(visit, title), free, wrong, choose, edits }
}
