//! Changing a draft: its lines stand below each other, with empty ones at the end.

use actix_web::web;
use askama::Template;
use domain::charge::{Line, LineKind, Quantity};
use domain::code::Code;
use domain::money::{self, Currency};
use domain::permission::BillJob;
use domain::quote::{QuoteContent, QuoteKind};
use store::quotes::Quote;

use crate::actions::quotes::{self, QuoteView};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::Choices;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Empty lines offered below those there are.
const EMPTY: usize = 4;

#[derive(Template)]
#[template(path = "quotes/form.html")]
struct QuoteFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    view: QuoteView,
    /// How many lines are shown.
    rows: usize,
    kinds: Choices,
    line_kinds: Choices,
    currencies: Choices,
}

impl QuoteFormPage {
    /// What is typed in a column of a line.
    fn cell(&self, name: &str, at: &usize) -> &str {
        self.form.all(name).get(*at).map_or("", String::as_str)
    }

    /// What is wrong with a line.
    fn wrong(&self, at: &usize) -> Option<&str> {
        self.form.error(&format!("text_{}", at + 1))
    }
}

const SHEET: Sheet<Quote, Option<QuoteContent>> = Sheet {
    fields: &[
        "kind",
        "currency",
        "vat",
        "valid_until",
        "scope",
        "terms",
        "line_kind",
        "line_text",
        "line_quantity",
        "line_price",
    ],
    read,
    fill,
};

/// `GET /quotes/{id}/edit`.
///
/// # Errors
/// Forbidden; not found.
pub async fn edit_quote(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<BillJob>()?;
            let view = quotes::find_quote(&visit.app, &visit.right()?, *id)?;
            let form = fill(&view.quote);
            Reply::ok(&page(visit, view, form, None)?)
        })
        .await
}

/// `POST /quotes/{id}/edit`.
///
/// # Errors
/// Forbidden; not found; field errors and a concurrent change show the form again.
pub async fn change_quote(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<BillJob>()?;
            let view = || quotes::find_quote(&visit.app, &visit.right()?, *id);
            let change = |version, content: Option<QuoteContent>| {
                let content = content.ok_or_else(|| Error::field("valid_until", "give the last day"))?;
                quotes::change_quote(&visit.app, &right, (*id, version), &content)?;
                Ok(format!("/quotes/{id}"))
            };
            SHEET.change(
                pairs.into_inner(),
                || Ok(view()?.quote),
                change,
                |form, conflict| page(visit, view()?, form, conflict),
            )
        })
        .await
}

fn page(visit: &Visit, view: QuoteView, form: Form, conflict: Conflict) -> Result<QuoteFormPage> {
    Ok(QuoteFormPage {
        chrome: Chrome::new(visit, format!("Change quote {}", view.quote.number)),
        rows: form.all("line_text").len().max(view.quote.content.0.lines.len()) + EMPTY,
        form,
        conflict,
        view,
        kinds: options::<QuoteKind>(),
        line_kinds: options::<LineKind>(),
        currencies: options::<Currency>(),
    })
}

fn read(form: &mut Form) -> Option<QuoteContent> {
    let kind = form.required_code::<QuoteKind>("kind");
    let currency = form.required_code::<Currency>("currency");
    let valid_until = form.date("valid_until");
    if valid_until.is_none() && form.error("valid_until").is_none() {
        form.fail("valid_until", "give the last day on which it can be approved");
    }
    let vat = form.read("vat", money::parse_percent).unwrap_or(0);
    let (scope, terms) = (form.long_text("scope"), form.long_text("terms"));
    let lines = lines(form);
    Some(QuoteContent {
        kind: kind?,
        currency: currency?,
        vat,
        valid_until: valid_until?,
        scope,
        terms,
        lines,
    })
}

/// The lines that hold anything; an empty one in between is left out.
fn lines(form: &mut Form) -> Vec<Line> {
    let columns =
        ["line_text", "line_kind", "line_quantity", "line_price"].map(|name| form.all(name).to_vec());
    let [texts, kinds, quantities, prices] = columns;
    if [kinds.len(), quantities.len(), prices.len()].iter().any(|count| *count != texts.len()) {
        form.fail("lines", "each line has a kind, a text, a quantity and a price; open the form again");
        return vec![];
    }
    let mut lines = vec![];
    for (at, text) in texts.iter().enumerate() {
        let (text, quantity, price) = (text.trim(), quantities[at].trim(), prices[at].trim());
        if text.is_empty() && price.is_empty() {
            continue;
        }
        match line(text, &kinds[at], quantity, price) {
            Ok(line) => lines.push(line),
            Err(why) => form.fail(&format!("text_{}", at + 1), why),
        }
    }
    lines
}

fn line(text: &str, kind: &str, quantity: &str, price: &str) -> std::result::Result<Line, String> {
    if text.is_empty() {
        return Err("say what it is for".to_owned());
    }
    let kind = if kind.is_empty() { LineKind::Fixed } else { LineKind::parse_code(kind)? };
    let quantity = if quantity.is_empty() { Quantity::ONE } else { Quantity::parse(quantity)? };
    Ok(Line { kind, text: text.to_owned(), quantity, price: money::parse(price)? })
}

fn fill(quote: &Quote) -> Form {
    let content = &quote.content.0;
    let column = |name: &'static str, of: fn(&Line) -> String| {
        content.lines.iter().map(move |line| (name.to_owned(), of(line)))
    };
    let columns = column("line_kind", |line| line.kind.to_string())
        .chain(column("line_text", |line| line.text.clone()))
        .chain(column("line_quantity", |line| line.quantity.plain()))
        .chain(column("line_price", |line| money::plain(line.price)));
    let mut form = Form::new(columns);
    form.set("kind", content.kind).set("currency", content.currency);
    form.set("vat", money::percent_plain(content.vat)).set("valid_until", content.valid_until);
    form.set("scope", &content.scope).set("terms", &content.terms).set("version", quote.version);
    form
}
