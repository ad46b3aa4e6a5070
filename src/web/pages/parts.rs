//! Parts: the list, one with everything known of it, its form, its labels.

mod form;
mod import;
mod labels;
mod levels;
mod piece;
mod show;

pub use form::{add_part, change_part, edit_part, new_part};
pub use import::{new_import, preview_import, publish_import, send_import};
pub use labels::{download_labels, show_labels};
pub use levels::{change_levels, edit_levels};
pub use piece::{change_piece, show_piece};
pub use show::{Line, moment, open_number, open_serial, show_part};

use actix_web::web;
use askama::Template;
use domain::permission::{EditPart, MoveStock, SeeParts};
use exchange::csv_write;
use store::parts::PartFilter;

use crate::actions::parts::{self, Listed};
use crate::error::Result;
use crate::web::forms::{Form, show_pence};
use crate::web::layout::Chrome;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// Parts on a page.
const PAGE: i64 = 50;
/// Parts of a whole list.
const ALL: i64 = 100_000;

#[derive(Template)]
#[template(path = "parts/list.html")]
struct PartsPage {
    chrome: Chrome,
    form: Form,
    results: Results,
    moves: bool,
}

#[derive(Template)]
#[template(path = "parts/results.html")]
struct PartsFragment {
    results: Results,
}

/// What a search found.
struct Results {
    parts: Vec<Listed>,
    /// Where the next page is.
    next: Option<String>,
    edits: bool,
}

/// `GET /parts`: `q` words, `low` what ran low, `supplier`, `archived` too, `after` a number.
///
/// # Errors
/// Forbidden, field errors.
pub async fn list_parts(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeParts>()?;
            let mut form = Form::new(pairs.into_inner());
            let (filter, low) = read(&mut form)?;
            let after = form.value("after").to_owned();
            let found = parts::list_parts(&visit.app, &right, &filter, low, (&after, PAGE))?;
            let full = found.len() == PAGE as usize;
            let next = found.last().filter(|_| full).map(|last| next_url(&form, &last.part.number));
            let results = Results { parts: found, next, edits: visit.actor.may::<EditPart>() };
            if form.ticked("fragment") {
                return Reply::ok(&PartsFragment { results });
            }
            let (chrome, moves) = (Chrome::new(visit, "Parts"), visit.actor.may::<MoveStock>());
            Reply::ok(&PartsPage { chrome, form, results, moves })
        })
        .await
}

fn read(form: &mut Form) -> Result<(PartFilter, bool)> {
    let (words, supplier_id) = (form.text("q"), form.id("supplier"));
    form.check()?;
    let archived = form.ticked("archived");
    Ok((PartFilter { words, only: None, supplier_id, archived }, form.ticked("low")))
}

fn next_url(form: &Form, last: &str) -> String {
    let mut url = format!("/parts?after={}", form_urlencoded(&domain::stock::fold(last)));
    for name in ["q", "low", "supplier", "archived"] {
        if !form.value(name).is_empty() {
            url += &format!("&{name}={}", form_urlencoded(form.value(name)));
        }
    }
    url
}

/// `GET /parts.csv`: the whole list, each part in each place on a line of its own, as the import reads it.
///
/// # Errors
/// As [`list_parts`].
pub async fn download_parts(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeParts>()?;
            let mut form = Form::new(pairs.into_inner());
            let (filter, low) = read(&mut form)?;
            let lines = parts::export(&visit.app, &right, &filter, low, ALL)?;
            let rows = lines.into_iter().map(|line| {
                let number = |value: Option<i64>| value.map(|n| n.to_string()).unwrap_or_default();
                vec![
                    line.part.number,
                    line.part.description,
                    line.part.maker,
                    line.supplier,
                    line.part.supplier_number,
                    show_pence(line.part.cost_pence),
                    if line.part.serialised { "yes" } else { "no" }.to_owned(),
                    number(line.part.warranty_months),
                    line.part.unit,
                    line.place,
                    number(line.quantity),
                    number(line.reorder_level),
                    number(line.reorder_to),
                ]
            });
            let header = parts::COLUMNS.map(str::to_owned);
            let text = csv_write::file(&header, rows);
            Ok(Reply::download("text/csv; charset=utf-8", "parts.csv", text.into_bytes()))
        })
        .await
}
