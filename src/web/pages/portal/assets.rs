//! The assets of a customer's own people.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::asset::Status;
use domain::code::Code;
use domain::condition::{Condition, Known, condition};
use domain::permission::ViewPortal;
use domain::schedule::local_date;
use domain::search_text;
use store::assets::list::{Filter, ListNames, ListedAsset, Order};
use store::tests::TestRow;

use super::site_options;
use crate::actions::portal::{self, AssetView};
use crate::error::{Error, Result};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::due::query_of;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Assets on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "portal/assets.html")]
struct AssetsPage {
    chrome: Chrome,
    form: Form,
    sites: Vec<(String, String)>,
    statuses: Vec<(String, String)>,
    items: Vec<ListedAsset>,
    names: ListNames,
    next: Option<String>,
    today: NaiveDate,
}

/// `GET /portal/assets`: `q`, `site`, `status`, `sort=due`, `show=overdue`, `cursor`. A whole tag opens its asset.
///
/// # Errors
/// Not found for a site that is not theirs; a filter that cannot be shows the page with what is wrong.
pub async fn list_assets(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            if let Some(tag) = scanned(visit, &form)? {
                return Ok(Reply::see_other(&format!("/portal/assets/{}", part_urlencoded(&tag)), ""));
            }
            let page = page(visit, &mut form)?;
            if page.form.errors().is_empty() { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

/// A scanner types a whole tag and Enter: that opens the asset at once.
fn scanned(visit: &Visit, form: &Form) -> Result<Option<String>> {
    let alone = form.names().all(|name| name == "q") && !form.value("q").is_empty();
    if !alone {
        return Ok(None);
    }
    match portal::find_asset(&visit.app, &visit.right::<ViewPortal>()?, form.value("q")) {
        Ok(asset) => Ok(Some(asset.tag)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn page(visit: &Visit, form: &mut Form) -> Result<AssetsPage> {
    let right = visit.right::<ViewPortal>()?;
    let today = crate::actions::dues::today(&visit.app);
    let overdue = form.value("show") == "overdue";
    let filter = Filter {
        words: search_text::query(&form.text("q")),
        site_id: form.id("site"),
        status: form.code::<Status>("status"),
        due_before: if overdue { today.pred_opt() } else { None },
        ..Filter::default()
    };
    let order = if overdue || form.value("sort") == "due" { Order::Due } else { Order::Description };
    let cursor = form.id("cursor");
    let (listed, names) = match form.check() {
        Ok(()) => portal::list_assets(&visit.app, &right, &filter, (order, cursor, PAGE))?,
        Err(_) => {
            (store::assets::list::Listed { items: vec![], next: None, partly: false }, ListNames::default())
        }
    };
    let query = query_of(form, &["q", "site", "status", "sort", "show"]);
    Ok(AssetsPage {
        chrome: Chrome::new(visit, "Your assets"),
        sites: site_options(visit)?,
        statuses: options::<Status>(),
        next: listed.next.map(|id| format!("/portal/assets?{query}&cursor={id}")),
        items: listed.items,
        names,
        form: form.clone(),
        today,
    })
}

impl AssetsPage {
    fn url(&self, item: &ListedAsset) -> String {
        format!("/portal/assets/{}", part_urlencoded(&item.tag))
    }

    fn place(&self, item: &ListedAsset) -> String {
        let named = |list: &[(i64, String)], id| list.iter().find(|(known, _)| *known == id).cloned();
        let site = named(&self.names.sites, item.site_id).map(|(_, name)| name).unwrap_or_default();
        let place = item.place_id.and_then(|id| named(&self.names.places, id));
        place.map_or(site.clone(), |(_, path)| format!("{site}, {path}"))
    }

    /// The class and the words of when it is due.
    fn due(&self, item: &ListedAsset) -> Option<(&'static str, String)> {
        let day = item.due_on?;
        let class = if day < self.today { "overdue" } else { "due" };
        Some((class, domain::due::due_words(day, self.today)))
    }

    /// Whether more than words narrows or orders the list: then the filter stands open.
    fn filtered(&self) -> bool {
        self.form.names().any(|name| name != "q" && !self.form.value(name).is_empty())
    }
}

#[derive(Template)]
#[template(path = "portal/asset.html")]
struct AssetPage {
    chrome: Chrome,
    view: AssetView,
    condition: Condition,
    zone: chrono_tz::Tz,
}

/// `GET /portal/assets/{tag}`.
///
/// # Errors
/// Not found, also for what is not at their sites.
pub async fn show_asset(visitor: Visitor, tag: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let view = portal::find_asset_view(&visit.app, &visit.right::<ViewPortal>()?, &tag)?;
            let asset = &view.asset;
            let known = Known {
                lifecycle: asset.lifecycle.0,
                locked: asset.lock_cause.is_some(),
                overridden: false,
                last_verdict: asset.last_verdict.map(|verdict| verdict.0),
                due_on: asset.due_on,
            };
            Reply::ok(&AssetPage {
                chrome: Chrome::new(visit, asset.description.clone()),
                condition: condition(known, view.today),
                zone: view.site.time_zone.parse().unwrap_or(chrono_tz::UTC),
                view,
            })
        })
        .await
}

impl AssetPage {
    fn url(&self) -> String {
        format!("/portal/assets/{}", part_urlencoded(&self.view.asset.tag))
    }

    fn headline(&self) -> &'static str {
        match self.condition {
            Condition::Quarantined => "DO NOT USE",
            Condition::Overridden => "RELEASED WITHOUT A TEST",
            Condition::Gone => "NOT IN USE",
            Condition::Incomplete => "NOT PROVEN",
            Condition::Overdue => "OVERDUE",
            Condition::Untested => "NOT TESTED YET",
            Condition::Due => "DUE",
            Condition::Safe => "SAFE",
        }
    }

    fn explanation(&self) -> String {
        let asset = &self.view.asset;
        let day = |day: NaiveDate| day.format("%-d %b %Y").to_string();
        let tested = asset.last_tested_at.map(|at| day(local_date(at.utc(), self.zone)));
        let last = tested.map(|on| format!("Last tested on {on}. ")).unwrap_or_default();
        match (self.condition, asset.due_on) {
            (Condition::Quarantined, _) => {
                format!("{last}It failed and is locked until it is repaired and tested.")
            }
            (Condition::Gone, _) => format!("{last}Nothing falls due while it is out of use."),
            (_, Some(due)) if due < self.view.today => {
                format!("{last}An inspection was due on {}.", day(due))
            }
            (_, Some(due)) => format!("{last}Next inspection due on {}.", day(due)),
            (_, None) => format!("{last}No inspection falls due by date."),
        }
    }

    fn day(&self, test: &TestRow) -> String {
        local_date(test.performed_at.utc(), self.zone).format("%-d %b %Y").to_string()
    }

    fn make_model(&self) -> String {
        format!("{} {}", self.view.asset.make, self.view.asset.model).trim().to_owned()
    }

    fn status_label(&self) -> &'static str {
        self.view.asset.status().label()
    }
}
