//! Labels: what is printed on which sheet, from which cell.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::label::{Library, Stock};
use domain::permission::DownloadPapers;
use store::{customers, places, sites};

use crate::actions::labels::{
    self, Batch, LeftOut, Preview, Selection, find_design, find_stock, open_library, stock_words,
};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The stock that a page starts with.
pub const STOCK: &str = "L7160";
const DESIGN: &str = "asset";
/// So many of those left out are named on the page.
const SHOWN: usize = 100;
/// A list of tags may be this long in an address, in characters.
const MOST_TEXT: usize = 200_000;

#[derive(Template)]
#[template(path = "labels.html")]
struct LabelsPage {
    chrome: Chrome,
    form: Form,
    /// Maker with its stocks: code and words.
    stocks: Vec<(String, Vec<(String, String)>)>,
    designs: Vec<(String, String)>,
    places: Choices,
    /// The sheet's cells by row, numbered from 1.
    sheet: Vec<Vec<usize>>,
    start: usize,
    plan: Option<Plan>,
}

/// What would be printed.
struct Plan {
    count: usize,
    sheets: usize,
    preview: Option<Preview>,
    left_out: Vec<LeftOut>,
    more: usize,
}

/// The options of the lists by which assets are chosen.
#[derive(Default)]
struct Choices {
    customers: Vec<(String, String)>,
    sites: Vec<(String, String)>,
    places: Vec<(String, String)>,
}

/// What a query asks for.
struct Asked {
    selection: Selection,
    start: usize,
}

/// `GET /labels`: chooses assets, stock, design and first cell, and shows the first label.
///
/// # Errors
/// Not found for a foreign part of the register; anything else shows the form with what is wrong.
pub async fn show_labels(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let planned = plan(visit, &mut form);
            let plan = match planned {
                Ok(plan) => plan,
                Err(error @ (Error::Invalid(_) | Error::TooLarge(_))) => {
                    note(&mut form, error)?;
                    None
                }
                Err(error) => return Err(error),
            };
            let failed = !form.errors().is_empty();
            let page = page(visit, form, plan)?;
            Reply::page(if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
        })
        .await
}

/// `GET /labels.pdf`: the sheets.
///
/// # Errors
/// Field errors; not found for a foreign part of the register; too large beyond 10,000 labels.
pub async fn download_labels(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor.run(move |visit| labels_reply(visit, Form::new(pairs.into_inner()))).await
}

/// The sheets that a query asks for; those left out are named in a header, at most a hundred.
///
/// # Errors
/// As [`download_labels`].
pub fn labels_reply(visit: &Visit, mut form: Form) -> Result<Reply> {
    let right = visit.right::<DownloadPapers>()?;
    let library = open_library(&visit.app)?;
    let asked = read(&mut form)?;
    let stock = find_stock(&library, chosen(&form, "stock", STOCK))?;
    let design = find_design(&library, chosen(&form, "design", DESIGN))?;
    let batch = labels::gather(&visit.app, &right, &asked.selection, design)?;
    let pdf = labels::print(&visit.app, (stock, design, asked.start), &batch, &mut |_| {})?;
    let name = format!("labels-{}-{}.pdf", stock.code, design.name);
    Ok(Reply::download("application/pdf", &name, pdf)
        .header("x-labels-printed", batch.labels.len().to_string())
        .header("x-labels-left-out", left_out_tags(&batch)))
}

fn left_out_tags(batch: &Batch) -> String {
    let tags = batch.left_out.iter().take(SHOWN);
    tags.map(|left| crate::web::problem::form_urlencoded(&left.tag)).collect::<Vec<_>>().join(",")
}

/// What a form chooses, or the usual.
pub fn chosen<'a>(form: &'a Form, name: &str, usual: &'a str) -> &'a str {
    Some(form.value(name)).filter(|text| !text.is_empty()).unwrap_or(usual)
}

fn read(form: &mut Form) -> Result<Asked> {
    let text = form.all("tags").join("\n");
    if text.chars().count() > MOST_TEXT {
        form.fail("tags", "these are too many tags for one address; choose by search or place");
    }
    let query = form.text("q");
    let ids = [form.id("customer"), form.id("site"), form.id("place")];
    let start = form.number("start", 1, 100_000).and_then(|start| usize::try_from(start).ok());
    form.check()?;
    let [customer, site, place] = ids;
    let selection = Selection { query, customer, site, place, ..Selection::of_tags(&text) };
    Ok(Asked { selection, start: start.unwrap_or(1) })
}

fn plan(visit: &Visit, form: &mut Form) -> Result<Option<Plan>> {
    let right = visit.right::<DownloadPapers>()?;
    let library = open_library(&visit.app)?;
    let asked = read(form)?;
    let stock = find_stock(&library, chosen(form, "stock", STOCK))?;
    let design = find_design(&library, chosen(form, "design", DESIGN))?;
    if asked.selection.is_empty() {
        return Ok(None);
    }
    if asked.start > stock.cells() {
        let words = format!("this sheet has cells 1 to {}", stock.cells());
        return Err(Error::field("start", words));
    }
    let batch = labels::gather(&visit.app, &right, &asked.selection, design)?;
    let first = batch.labels.first();
    let preview = first.map(|label| labels::preview(stock, design, label)).transpose()?;
    let count = batch.labels.len();
    let sheets = if count == 0 { 0 } else { (asked.start - 1 + count).div_ceil(stock.cells()) };
    let more = batch.left_out.len().saturating_sub(SHOWN);
    let left_out = batch.left_out.into_iter().take(SHOWN).collect();
    Ok(Some(Plan { count, sheets, preview, left_out, more }))
}

fn note(form: &mut Form, error: Error) -> Result<()> {
    match error {
        Error::TooLarge(words) => form.fail("", words),
        // What the reading noted already must not stand there twice.
        Error::Invalid(fields) if form.errors() == fields => {}
        error => form.take(error)?,
    }
    Ok(())
}

fn page(visit: &Visit, form: Form, plan: Option<Plan>) -> Result<LabelsPage> {
    let library = match open_library(&visit.app) {
        // The page has said what is wrong with the folder; it still shows its lists.
        Err(Error::Invalid(_)) => std::borrow::Cow::Borrowed(Library::builtin()),
        library => library?,
    };
    let stock = find_stock(&library, chosen(&form, "stock", STOCK));
    let stock = stock.ok().or_else(|| library.stock(STOCK).ok()).or_else(|| library.stocks.first());
    let start = form.value("start").parse().unwrap_or(1);
    Ok(LabelsPage {
        chrome: Chrome::new(visit, "Labels"),
        stocks: by_brand(&library.stocks),
        designs: library
            .designs
            .iter()
            .filter(|design| !design.is_for_parts())
            .map(|design| (design.name.clone(), design.title.clone()))
            .collect(),
        places: choices(visit, &form)?,
        sheet: stock.map(sheet).unwrap_or_default(),
        start,
        plan,
        form,
    })
}

/// The stocks of each maker: code and words.
pub fn by_brand(stocks: &[Stock]) -> Vec<(String, Vec<(String, String)>)> {
    let mut brands: Vec<(String, Vec<(String, String)>)> = vec![];
    for stock in stocks {
        let option = (stock.code.clone(), stock_words(stock));
        match brands.iter_mut().find(|(brand, _)| *brand == stock.brand) {
            Some((_, options)) => options.push(option),
            None => brands.push((stock.brand.clone(), vec![option])),
        }
    }
    brands
}

/// The cells of a sheet row by row, numbered from 1.
pub fn sheet(stock: &Stock) -> Vec<Vec<usize>> {
    let columns = (stock.grid[0] as usize).max(1);
    let cells: Vec<usize> = (1..=stock.cells()).collect();
    cells.chunks(columns).map(<[usize]>::to_vec).collect()
}

fn choices(visit: &Visit, form: &Form) -> Result<Choices> {
    let scope = visit.actor.scope();
    let id = |name: &str| form.value(name).parse::<i64>().ok();
    Ok(visit.app.store.read(|conn| {
        let customers = customers::list_customers(conn, scope)?;
        let only = if let [only] = customers.as_slice() { Some(only.id) } else { None };
        let sites = match id("customer").or(only) {
            Some(customer) => sites::list_sites(conn, scope, Some(customer))?,
            None => vec![],
        };
        let places = match id("site").filter(|id| sites.iter().any(|site| site.id == *id)) {
            Some(site) => places::list_places(conn, scope, site)?,
            None => vec![],
        };
        Ok::<_, store::Error>(Choices {
            customers: customers.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            sites: sites.into_iter().map(|one| (one.id.to_string(), one.name)).collect(),
            places: places.into_iter().map(|one| (one.id.to_string(), one.path)).collect(),
        })
    })?)
}

impl LabelsPage {
    fn stock(&self) -> &str {
        chosen(&self.form, "stock", STOCK)
    }

    fn design(&self) -> &str {
        chosen(&self.form, "design", DESIGN)
    }

    fn tags(&self) -> String {
        self.form.all("tags").join("\n")
    }
}
