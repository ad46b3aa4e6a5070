//! Labels of a part: of itself, of its pieces, of its bins.

use actix_web::web;
use askama::Template;
use domain::label::Design;
use domain::permission::SeeParts;
use store::parts::Part;

use crate::actions::labels::{
    self, Batch, PartLabels, Preview, find_design, find_stock, gather_parts, open_library,
};
use crate::actions::parts::find_part;
use crate::error::{Error, Result};
use crate::web::editing::again;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::labels::{STOCK, by_brand, chosen, sheet};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The design that comes with the program.
const DESIGN: &str = "part";

#[derive(Template)]
#[template(path = "parts/labels.html")]
struct LabelsPage {
    chrome: Chrome,
    part: Part,
    form: Form,
    stocks: Vec<(String, Vec<(String, String)>)>,
    designs: Vec<(String, String)>,
    sheet: Vec<Vec<usize>>,
    start: usize,
    count: usize,
    preview: Option<Preview>,
}

/// `GET /parts/{id}/labels`: `which` is part, units, places; `serial` one piece; `copies` of the part.
///
/// # Errors
/// Not found, forbidden; anything else shows the form with what is wrong.
pub async fn show_labels(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            match plan(visit, *id, &mut form) {
                Ok((batch, preview)) => Reply::ok(&page(visit, *id, form, (batch.labels.len(), preview))?),
                Err(error @ (Error::Invalid(_) | Error::TooLarge(_) | Error::Conflict(_))) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, *id, form, (0, None))?)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// `GET /parts/{id}/labels.pdf`: the sheets.
///
/// # Errors
/// Not found, forbidden, field errors.
pub async fn download_labels(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let batch = gather(visit, *id, &mut form)?;
            let library = open_library(&visit.app)?;
            let stock = find_stock(&library, chosen(&form, "stock", STOCK))?;
            let design = of_parts(find_design(&library, chosen(&form, "design", DESIGN))?)?;
            let pdf = labels::print(&visit.app, (stock, design, start(&mut form)?), &batch, &mut |_| {})?;
            let name = format!("labels-{}-part-{id}.pdf", stock.code);
            Ok(Reply::download("application/pdf", &name, pdf))
        })
        .await
}

fn plan(visit: &Visit, id: i64, form: &mut Form) -> Result<(Batch, Option<Preview>)> {
    let batch = gather(visit, id, form)?;
    let library = open_library(&visit.app)?;
    let stock = find_stock(&library, chosen(form, "stock", STOCK))?;
    let design = of_parts(find_design(&library, chosen(form, "design", DESIGN))?)?;
    if start(form)? > stock.cells() {
        return Err(Error::field("start", format!("this sheet has cells 1 to {}", stock.cells())));
    }
    let preview = batch.labels.first().map(|label| labels::preview(stock, design, label)).transpose()?;
    Ok((batch, preview))
}

fn gather(visit: &Visit, id: i64, form: &mut Form) -> Result<Batch> {
    let right = visit.right::<SeeParts>()?;
    let copies = form.number("copies", 1, 1000).unwrap_or(1);
    let serial = form.text("serial");
    let which = match form.value("which") {
        _ if !serial.is_empty() => PartLabels::Unit(serial),
        "" | "part" => PartLabels::Part(usize::try_from(copies).unwrap_or(1)),
        "units" => PartLabels::Units,
        "places" => PartLabels::Places,
        _ => {
            form.fail("which", "choose part, units or places");
            PartLabels::Units
        }
    };
    form.check()?;
    gather_parts(&visit.app, &right, id, &which)
}

fn start(form: &mut Form) -> Result<usize> {
    let start = form.number("start", 1, 100_000).and_then(|start| usize::try_from(start).ok());
    form.check()?;
    Ok(start.unwrap_or(1))
}

fn of_parts(design: &Design) -> Result<&Design> {
    match design.is_for_parts() {
        true => Ok(design),
        false => Err(Error::field("design", format!("\"{}\" is a design for assets", design.name))),
    }
}

fn page(
    visit: &Visit,
    id: i64,
    form: Form,
    (count, preview): (usize, Option<Preview>),
) -> Result<LabelsPage> {
    let (part, _) = find_part(&visit.app, &visit.right::<SeeParts>()?, id)?;
    let library = open_library(&visit.app)?;
    let stock = find_stock(&library, chosen(&form, "stock", STOCK)).ok().or_else(|| library.stocks.first());
    let designs = library.designs.iter().filter(|design| design.is_for_parts());
    Ok(LabelsPage {
        chrome: Chrome::new(visit, format!("Labels for {}", part.number)),
        stocks: by_brand(&library.stocks),
        designs: designs.map(|design| (design.name.clone(), design.title.clone())).collect(),
        sheet: stock.map(sheet).unwrap_or_default(),
        start: form.value("start").parse().unwrap_or(1),
        part,
        count,
        preview,
        form,
    })
}

impl LabelsPage {
    fn stock(&self) -> &str {
        chosen(&self.form, "stock", STOCK)
    }

    fn is_which(&self, code: &str) -> bool {
        chosen(&self.form, "which", "part") == code
    }

    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        let mut choices = vec![("part", "The part")];
        if self.part.serialised {
            choices.push(("units", "Each piece in stock"));
        }
        choices.push(("places", "The bin in each place"));
        choices
    }
}
