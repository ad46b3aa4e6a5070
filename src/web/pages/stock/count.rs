//! Counting a place: what was found of each part, with the reason where the books differ.

use actix_web::web;
use askama::Template;
use domain::permission::{CountStock, SeeParts};
use store::parts::find_part;
use store::stock_places::StockPlace;

use crate::actions::stock::{Count, count_place as act, refuse_foreign};
use crate::actions::stock_places::{Line, find_stock_place, lines_at};
use crate::error::Result;
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "stock/count.html")]
struct CountPage {
    chrome: Chrome,
    place: StockPlace,
    lines: Vec<Line>,
    form: Form,
}

/// `GET /stock/places/{id}/count`; `part` keeps to one, also where the books have none of it there.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_count(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let only = form.id("part");
            form.check()?;
            let mut page = page(visit, *id, only, form)?;
            for line in &page.lines {
                page.form.set(&format!("expected_{}", line.part.id), line.level.quantity);
            }
            Reply::ok(&page)
        })
        .await
}

/// `POST /stock/places/{id}/count`.
///
/// # Errors
/// Not found, forbidden; field errors, and what moved meanwhile, show the form again.
pub async fn count_place(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<CountStock>()?;
            let mut form = Form::new(pairs.into_inner());
            let only = form.id("part");
            let mut page = page(visit, *id, only, form)?;
            let counts = read(&mut page);
            match page.form.check().and_then(|()| act(&visit.app, &right, &counts)) {
                Ok(()) => Ok(Reply::see_other(&format!("/stock/places/{id}"), "saved")),
                Err(error) => {
                    again(&mut page.form, error)?;
                    for line in &page.lines {
                        page.form.set(&format!("expected_{}", line.part.id), line.level.quantity);
                    }
                    Reply::unprocessable(&page)
                }
            }
        })
        .await
}

/// What was filled in; a part left empty was not counted.
fn read(page: &mut CountPage) -> Vec<Count> {
    let reason = page.form.text("reason");
    let mut counts = vec![];
    for line in &page.lines {
        let id = line.part.id;
        let form = &mut page.form;
        let expected = form.number(&format!("expected_{id}"), 0, i64::MAX);
        let count = Count {
            part_id: id,
            place_id: page.place.id,
            expected,
            reason: reason.clone(),
            ..Count::default()
        };
        if line.part.serialised {
            if form.ticked(&format!("counted_{id}")) {
                let mut serials: Vec<String> = form.all(&format!("unit_{id}")).to_vec();
                serials.push(form.long_text(&format!("serials_{id}")));
                counts.push(Count { serials, ..count });
            }
        } else if let Some(found) = form.number(&format!("found_{id}"), 0, domain::stock::MOST) {
            counts.push(Count { found: Some(found), ..count });
        }
    }
    counts
}

fn page(visit: &Visit, id: i64, only: Option<i64>, form: Form) -> Result<CountPage> {
    visit.right::<CountStock>()?;
    let place = find_stock_place(&visit.app, &visit.right::<SeeParts>()?, id)?;
    refuse_foreign(&visit.actor, &place)?;
    let lines = visit.app.store.read(|conn| {
        let mut lines = lines_at(conn, id)?;
        if let Some(only) = only {
            let part = find_part(conn, only)?;
            lines.retain(|line| line.part.id == only);
            if lines.is_empty() {
                lines.push(Line { part, level: Default::default(), units: vec![] });
            }
        }
        Ok::<_, crate::error::Error>(lines)
    })?;
    Ok(CountPage { chrome: Chrome::new(visit, format!("Count {}", place.name)), place, lines, form })
}

impl CountPage {
    fn of(&self, name: &str, line: &Line) -> &str {
        self.form.value(&format!("{name}_{}", line.part.id))
    }

    fn is_here(&self, line: &Line, serial: &str) -> bool {
        self.form.has(&format!("unit_{}", line.part.id), serial)
    }

    fn is_counted(&self, line: &Line) -> bool {
        self.form.ticked(&format!("counted_{}", line.part.id))
    }
}
