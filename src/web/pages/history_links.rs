//! Merging the histories of two assets, splitting one, and what was decided so.

use actix_web::web::{Form as Posted, Path, Query};
use askama::Template;
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::code::Code;
use domain::permission::{LinkHistories, ViewRegister};
use domain::schedule::local_date;
use store::assets::{Asset, AssetNames, names_of};
use store::tests::{Page, TestRow, list_tests_of_asset, superseded_ids};

use super::assets::asset_url;
use crate::actions::dues::time_zone;
use crate::actions::history_links::{self as actions, Act, Pair, Target};
use crate::actions::tests::find_asset;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Names and values as they came.
type Pairs = Vec<(String, String)>;

/// The most tests offered for moving: the latest.
const TESTS: i64 = 500;

#[derive(Template)]
#[template(path = "history_links/merge.html")]
struct MergePage {
    chrome: Chrome,
    form: Form,
    asset: Asset,
    url: String,
    /// The two side by side, once it is known which: heading, asset, names, how many tests count for it.
    both: Option<[Side; 2]>,
}

/// One of two assets that may be one.
struct Side {
    heading: &'static str,
    asset: Asset,
    names: AssetNames,
    tests: usize,
}

impl Side {
    fn place(&self) -> String {
        let site = &self.names.site;
        self.names.place.as_ref().map_or(site.clone(), |place| format!("{site} › {place}"))
    }

    fn tested(&self) -> String {
        let tests = match self.tests {
            0 => return "never".to_owned(),
            1 => "1 test".to_owned(),
            count if count as i64 >= TESTS => format!("{TESTS} tests or more"),
            count => format!("{count} tests"),
        };
        let last = self.asset.last_tested_at.map(|at| at.utc().date_naive().to_string());
        last.map_or(tests.clone(), |last| format!("{tests}, the last on {last}"))
    }
}

/// `GET /assets/{tag}/merge?other=`.
///
/// # Errors
/// Forbidden, not found.
pub async fn show_merge(visitor: Visitor, tag: Path<String>, query: Query<Pairs>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&merge_page(visit, &tag, Form::new(query.into_inner()))?)).await
}

/// `POST /assets/{tag}/merge`.
///
/// # Errors
/// Forbidden, not found; field errors show the form again.
pub async fn merge_assets(visitor: Visitor, tag: Path<String>, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<LinkHistories>()?;
            let mut form = Form::new(pairs.into_inner());
            let (other, reason) = (form.value("other").to_owned(), form.value("reason").to_owned());
            match actions::merge(&visit.app, &right, (&tag, &other), &reason) {
                Ok(asset) => Ok(Reply::see_other(&asset_url(&asset.tag), "merged")),
                Err(error) => {
                    form.take(error)?;
                    Reply::unprocessable(&merge_page(visit, &tag, form)?)
                }
            }
        })
        .await
}

fn merge_page(visit: &Visit, tag: &str, mut form: Form) -> Result<MergePage> {
    let right = visit.right::<LinkHistories>()?;
    let asset = visit.app.store.read(|conn| find_asset(conn, right.scope(), tag))?;
    let mut both = None;
    if !form.value("other").is_empty() {
        match actions::find_pair(&visit.app, &right, (tag, form.value("other"))) {
            Ok(Pair { stays, goes }) => {
                both = Some([side(visit, "This one stays", stays)?, side(visit, "This one goes", goes)?]);
            }
            Err(error) if form.error("other").is_none() => form.take(error)?,
            Err(_) => {}
        }
    }
    let url = asset_url(&asset.tag);
    Ok(MergePage { chrome: Chrome::new(visit, "Registered twice"), form, asset, url, both })
}

fn side(visit: &Visit, heading: &'static str, asset: Asset) -> Result<Side> {
    visit.app.store.read(|conn| {
        let names = names_of(conn, &asset)?;
        let tests = list_tests_of_asset(conn, visit.actor.scope(), asset.id, Page::first(TESTS))?.len();
        Ok(Side { heading, asset, names, tests })
    })
}

#[derive(Template)]
#[template(path = "history_links/split.html")]
struct SplitPage {
    chrome: Chrome,
    form: Form,
    asset: Asset,
    url: String,
    zone: Tz,
    tests: Vec<TestRow>,
}

impl SplitPage {
    fn day(&self, test: &TestRow) -> NaiveDate {
        local_date(test.performed_at.utc(), self.zone)
    }

    fn picked(&self, test: &TestRow) -> bool {
        self.form.has("tests", &test.id)
    }
}

/// `GET /assets/{tag}/split`.
///
/// # Errors
/// Forbidden, not found.
pub async fn show_split(visitor: Visitor, tag: Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&split_page(visit, &tag, Form::default())?)).await
}

/// `POST /assets/{tag}/split`.
///
/// # Errors
/// Forbidden, not found; field errors show the form again.
pub async fn split_asset(visitor: Visitor, tag: Path<String>, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<LinkHistories>()?;
            let mut form = Form::new(pairs.into_inner());
            let done = read_split(visit, &tag, &mut form).and_then(|(tests, to)| {
                actions::split(&visit.app, &right, (&tag, &tests, &to), form.value("reason"))
            });
            match done {
                Ok(asset) => Ok(Reply::see_other(&asset_url(&asset.tag), "split")),
                Err(error) => {
                    form.take(error)?;
                    Reply::unprocessable(&split_page(visit, &tag, form)?)
                }
            }
        })
        .await
}

/// The tests that were ticked, with all from a day on where one was given; and where they belong.
fn read_split(visit: &Visit, tag: &str, form: &mut Form) -> Result<(Vec<String>, Target)> {
    let from = form.date("from");
    form.check()?;
    let mut tests = form.all("tests").to_vec();
    if let Some(from) = from {
        let page = split_page(visit, tag, Form::default())?;
        let later = page.tests.iter().filter(|test| page.day(test) >= from);
        tests.extend(later.map(|test| test.id.clone()));
        tests.sort();
        tests.dedup();
    }
    let other = form.value("other");
    let to = if other.is_empty() { Target::New } else { Target::Known(other.to_owned()) };
    Ok((tests, to))
}

fn split_page(visit: &Visit, tag: &str, form: Form) -> Result<SplitPage> {
    let right = visit.right::<LinkHistories>()?;
    visit.app.store.read(|conn| {
        let asset = find_asset(conn, right.scope(), tag)?;
        let zone = time_zone(&names_of(conn, &asset)?.time_zone)?;
        let mut tests = list_tests_of_asset(conn, right.scope(), asset.id, Page::first(TESTS))?;
        // A corrected record goes where its correction is sent.
        let told_anew = superseded_ids(conn, &tests)?;
        tests.retain(|test| !told_anew.contains(&test.id));
        let url = asset_url(&asset.tag);
        Ok(SplitPage { chrome: Chrome::new(visit, "Tests of another thing"), form, asset, url, zone, tests })
    })
}

#[derive(Template)]
#[template(path = "history_links/show.html")]
struct ActPage {
    chrome: Chrome,
    form: Form,
    id: String,
    act: Act,
    undoes: bool,
}

impl ActPage {
    fn url(&self, asset: &Asset) -> String {
        asset_url(&asset.tag)
    }

    fn tests(&self) -> Vec<&str> {
        self.act.links.iter().filter_map(|link| link.test_id.as_deref()).collect()
    }

    fn time(&self, at: &store::types::Moment) -> String {
        at.utc().format("%Y-%m-%d %H:%M UTC").to_string()
    }
}

/// `GET /history-links/{act}`.
///
/// # Errors
/// Not found.
pub async fn show_act(visitor: Visitor, act: Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&act_page(visit, &act, Form::default())?)).await
}

/// `POST /history-links/{act}/undo`.
///
/// # Errors
/// Forbidden, not found, a conflict when it was undone already; a missing reason shows the form again.
pub async fn undo_act(visitor: Visitor, act: Path<String>, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<LinkHistories>()?;
            let mut form = Form::new(pairs.into_inner());
            match actions::undo(&visit.app, &right, &act, form.value("reason")) {
                Ok(_) => Ok(Reply::see_other(&format!("/history-links/{}", act.as_str()), "saved")),
                Err(Error::Conflict(words)) => {
                    form.fail("", words);
                    Reply::conflict(&act_page(visit, &act, form)?)
                }
                Err(error) => {
                    form.take(error)?;
                    Reply::unprocessable(&act_page(visit, &act, form)?)
                }
            }
        })
        .await
}

fn act_page(visit: &Visit, id: &str, form: Form) -> Result<ActPage> {
    let act = actions::find_act(&visit.app, &visit.right::<ViewRegister>()?, id)?;
    let undoes = visit.actor.may::<LinkHistories>() && act.undone.is_none();
    let title = if act.is_merge() { "Two histories merged" } else { "A history split" };
    Ok(ActPage { chrome: Chrome::new(visit, title), form, id: id.to_owned(), act, undoes })
}
