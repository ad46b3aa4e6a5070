//! The list of assets: search, filters, order, pages.

use actix_web::web::Query;
use askama::Template;
use domain::asset::Status;
use domain::code::Code;
use domain::permission::{EditAsset, RetireAsset, ViewRegister, WorkJob};
use domain::search_text;
use store::assets::list::{Filter, ListNames, ListedAsset, MOST_COUNTED, Order, count_assets, list_assets};

use super::asset_url;
use super::choices::{self, Choices};
use crate::actions::assets::{Found, scan_in};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Assets on one page.
const PAGE: usize = 50;

const ORDERS: &[(&str, &str, Order)] = &[
    ("newest", "Newest first", Order::Newest),
    ("due", "Due first", Order::Due),
    ("description", "By description", Order::Description),
];

/// An asset in the list with the names of where it is.
pub struct Row {
    item: ListedAsset,
    place: String,
}

impl Row {
    fn url(&self) -> String {
        asset_url(&self.item.tag)
    }

    fn make_model(&self) -> String {
        format!("{} {}", self.item.make, self.item.model).trim().to_owned()
    }

    fn status_code(&self) -> &'static str {
        self.item.status().code()
    }

    fn status_label(&self) -> &'static str {
        self.item.status().label()
    }

    fn due(&self) -> String {
        self.item.due_on.map(|day| day.format("%-d %b %Y").to_string()).unwrap_or_default()
    }
}

/// What a search found.
#[derive(Default)]
pub struct Results {
    rows: Vec<Row>,
    count: usize,
    next: Option<String>,
    partly: bool,
    narrowed: bool,
    edits: bool,
    works: bool,
    retires: bool,
}

impl Results {
    fn count_words(&self) -> String {
        match self.count {
            1 => "1 asset".to_owned(),
            many if many > MOST_COUNTED => format!("{MOST_COUNTED}+ assets"),
            many => format!("{many} assets"),
        }
    }
}

#[derive(Template)]
#[template(path = "assets/fragment.html")]
struct Fragment {
    results: Results,
}

#[derive(Template)]
#[template(path = "assets/list.html")]
struct ListPage {
    chrome: Chrome,
    form: Form,
    customers: Choices,
    sites: Choices,
    places: Choices,
    categories: Choices,
    statuses: Choices,
    orders: Choices,
    note: Option<String>,
    results: Results,
}

impl ListPage {
    /// Whether more than words narrows or orders the list: then the filter stands open.
    fn filtered(&self) -> bool {
        let form = &self.form;
        !form.errors().is_empty() || form.names().any(|name| name != "q" && !form.value(name).is_empty())
    }
}

/// `GET /assets`; with `fragment=1` the results alone.
///
/// # Errors
/// Log in first; a filter that cannot be shows the page with what is wrong.
pub async fn list(visitor: Visitor, query: Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(query.into_inner());
            visit.right::<ViewRegister>()?;
            let typed_only = form.names().all(|name| name == "q");
            let (found, note) = if typed_only { scanned(visit, form.value("q"))? } else { (None, None) };
            if let Some(url) = found {
                return Ok(Reply::see_other(&url, ""));
            }
            let wanted = read(&mut form);
            let results = match form.check() {
                Ok(()) => results(visit, &form, &wanted)?,
                Err(_) => Results::default(),
            };
            if form.ticked("fragment") && form.errors().is_empty() {
                return Reply::ok(&Fragment { results });
            }
            let sound = form.errors().is_empty();
            let page = page(visit, form, &wanted.0, (note, results))?;
            if sound { Reply::ok(&page) } else { Reply::unprocessable(&page) }
        })
        .await
}

/// A scanner types a whole tag and Enter: that opens the asset at once.
fn scanned(visit: &Visit, text: &str) -> Result<(Option<String>, Option<String>)> {
    if text.is_empty() {
        return Ok((None, None));
    }
    let found = visit.app.store.read(|conn| scan_in(conn, visit.actor.scope(), text))?;
    Ok(match found {
        Found::Asset(asset, _) => (Some(asset_url(&asset.tag)), None),
        Found::WrongCheck(text) => {
            let note = format!("{text} looks like a tag issued here with a wrong character: read it again.");
            (None, Some(note))
        }
        _ => (None, None),
    })
}

type Wanted = (Filter, Order, Option<i64>);

fn read(form: &mut Form) -> Wanted {
    let words = form.text("q");
    let filter = Filter {
        words: search_text::query(&words),
        customer_id: form.id("customer"),
        site_id: form.id("site"),
        place_id: form.id("place"),
        category_id: form.id("category"),
        status: form.code::<Status>("status"),
        due_before: form.date("due_before"),
        sites: None,
    };
    let sort = form.value("sort").to_owned();
    // What is due before a day is looked for in that order unless another is asked for.
    let order = match ORDERS.iter().find(|(code, ..)| *code == sort) {
        Some((_, _, order)) => *order,
        None if sort.is_empty() && filter.due_before.is_some() => Order::Due,
        None if sort.is_empty() => Order::Newest,
        None => {
            form.fail("sort", "choose newest, due or description");
            Order::Newest
        }
    };
    (filter, order, form.id("cursor"))
}

fn results(visit: &Visit, form: &Form, (filter, order, cursor): &Wanted) -> Result<Results> {
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        if let Some(id) = filter.customer_id {
            store::customers::find_customer(conn, scope, id)?;
        }
        if let Some(id) = filter.site_id {
            store::sites::find_site(conn, scope, id)?;
        }
        let listed = list_assets(conn, scope, filter, (*order, *cursor, PAGE))?;
        let count = count_assets(conn, scope, filter)?;
        let names = ListNames::of(conn, &listed.items)?;
        let rows = listed.items.into_iter().map(|item| Row { place: place(&names, &item), item }).collect();
        Ok::<_, Error>(Results {
            rows,
            count,
            next: listed.next.map(|id| next_url(form, id)),
            partly: listed.partly,
            narrowed: form.names().any(|name| name != "sort" && !form.value(name).is_empty()),
            edits: visit.actor.may::<EditAsset>(),
            works: visit.actor.may::<WorkJob>(),
            retires: visit.actor.may::<RetireAsset>(),
        })
    })
}

fn place(names: &ListNames, item: &ListedAsset) -> String {
    let parts = [
        ListNames::name(&names.customers, Some(item.customer_id)),
        ListNames::name(&names.sites, Some(item.site_id)),
        ListNames::name(&names.places, item.place_id),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" › ")
}

fn next_url(form: &Form, cursor: i64) -> String {
    let kept = form.names().filter(|name| !matches!(*name, "cursor" | "fragment" | "done"));
    let pairs = kept
        .filter(|name| !form.value(name).is_empty())
        .map(|name| format!("{}={}&", form_urlencoded(name), form_urlencoded(form.value(name))));
    format!("/assets?{}cursor={cursor}", pairs.collect::<String>())
}

fn page(
    visit: &Visit,
    form: Form,
    filter: &Filter,
    (note, results): (Option<String>, Results),
) -> Result<ListPage> {
    let scope = visit.actor.scope();
    visit.app.store.read(|conn| {
        Ok(ListPage {
            chrome: Chrome::new(visit, "Assets"),
            form,
            customers: choices::customers(conn, scope)?,
            sites: choices::sites(conn, scope, filter.customer_id)?,
            places: match filter.site_id {
                Some(site) => choices::places(conn, scope, site)?,
                None => vec![],
            },
            categories: choices::categories(conn)?,
            statuses: choices::codes::<Status>(),
            orders: ORDERS.iter().map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned())).collect(),
            note,
            results,
        })
    })
}
