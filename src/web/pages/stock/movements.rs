//! Receiving, moving and scrapping: one form, quick on a phone.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{MoveStock, SeeParts};
use domain::stock::{MovementKind, read_scan};
use store::parts::{PartFilter, find_part_by_number};
use store::stock_places::find_van;

use crate::actions::parts::{self, Listed};
use crate::actions::stock::{MoveRequest, move_stock as act, new_request_id, request_id};
use crate::actions::stock_places::list_stock_places;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::{Form, show_pence};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Parts shown to choose from.
const CHOICES: i64 = 20;
/// What the form may send.
const FIELDS: [&str; 11] =
    ["id", "kind", "part", "q", "from", "to", "quantity", "serials", "cost", "warranty_until", "reason"];

#[derive(Template)]
#[template(path = "stock/movement.html")]
struct MovementPage {
    chrome: Chrome,
    form: Form,
    kind: MovementKind,
    /// The part that was chosen.
    part: Option<Listed>,
    /// Parts to choose from.
    found: Vec<Listed>,
    /// Places that a part may come from: those that have some.
    from: Vec<(String, String)>,
    to: Vec<(String, String)>,
}

/// `GET /stock/movements`: `kind` received, moved or scrapped; `part`, or `q` that finds one; `from` and `to`.
///
/// # Errors
/// Not found, forbidden, field errors.
pub async fn new_movement(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            form.set("id", new_request_id());
            if form.value("to").is_empty() && form.value("from").is_empty() {
                prefill(visit, &mut form)?;
            }
            Reply::ok(&page(visit, form)?)
        })
        .await
}

/// An engineer mostly means their own van.
fn prefill(visit: &Visit, form: &mut Form) -> Result<()> {
    let Some(me) = visit.actor.person_id() else { return Ok(()) };
    let Some(van) = visit.app.store.read(|conn| find_van(conn, me))? else { return Ok(()) };
    match form.value("kind") {
        "scrapped" => form.set("from", van.id),
        _ => form.set("to", van.id),
    };
    Ok(())
}

/// `POST /stock/movements`.
///
/// # Errors
/// Not found, forbidden; field errors and shortages show the form again.
pub async fn move_stock(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<MoveStock>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &FIELDS);
            match read(&mut form).and_then(|request| act(&visit.app, &right, &request).map(|()| request)) {
                Ok(request) => Ok(Reply::see_other(&format!("/parts/{}", request.part_id), "moved")),
                Err(error @ (Error::NotFound(_) | Error::KeyReused)) => Err(error),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

fn read(form: &mut Form) -> Result<MoveRequest> {
    let kind = form.required_code("kind");
    let part_id = form.id("part");
    if form.value("part").is_empty() {
        form.fail("part", "choose the part");
    }
    let id = Some(form.value("id")).filter(|id| !id.is_empty()).map(request_id).transpose()?;
    let serials: Vec<String> = form.all("serials").to_vec();
    form.long_text("serials");
    let request = MoveRequest {
        id,
        kind: kind.unwrap_or(MovementKind::Received),
        part_id: part_id.unwrap_or_default(),
        from: form.id("from"),
        to: form.id("to"),
        quantity: form.number("quantity", 0, domain::stock::MOST),
        serials: serials.into_iter().filter(|text| !text.trim().is_empty()).collect(),
        cost_pence: form.pence("cost"),
        warranty_until: form.date("warranty_until"),
        reason: form.text("reason"),
    };
    form.check()?;
    Ok(request)
}

fn page(visit: &Visit, mut form: Form) -> Result<MovementPage> {
    visit.right::<MoveStock>()?;
    let right = visit.right::<SeeParts>()?;
    let kind = match form.value("kind") {
        "" => MovementKind::Received,
        text => MovementKind::parse_code(text).unwrap_or(MovementKind::Received),
    };
    let (part, found) = choose(visit, &mut form)?;
    let places = list_stock_places(&visit.app, &right)?;
    let places: Vec<_> = places.into_iter().filter(|one| !one.place.archived).collect();
    let has = |id: i64| {
        let at = part.as_ref().and_then(|part| part.places.iter().find(|(place, _)| place.id == id));
        at.map(|(_, quantity)| *quantity)
    };
    let name = |one: &crate::actions::stock_places::Listed| match has(one.place.id) {
        Some(quantity) => format!("{} ({quantity} there)", one.place.name),
        None => one.place.name.clone(),
    };
    let all: Vec<(String, String)> = places.iter().map(|one| (one.place.id.to_string(), name(one))).collect();
    if let Some(part) =
        part.as_ref().filter(|_| kind == MovementKind::Received && form.value("cost").is_empty())
    {
        let cost = show_pence(part.part.cost_pence);
        form.set("cost", cost);
    }
    let title = match kind {
        MovementKind::Received => "Receive a part",
        MovementKind::Scrapped => "Scrap a part",
        _ => "Move a part",
    };
    Ok(MovementPage {
        chrome: Chrome::new(visit, title),
        form,
        kind,
        part,
        found,
        from: all.clone(),
        to: all,
    })
}

/// The part that is meant, or those that words find; a scanned number is the part at once.
fn choose(visit: &Visit, form: &mut Form) -> Result<(Option<Listed>, Vec<Listed>)> {
    let right = visit.right::<SeeParts>()?;
    let words = form.text("q");
    if form.value("part").is_empty() && !words.is_empty() {
        let number = read_scan(&words).text;
        match visit.app.store.read(|conn| find_part_by_number(conn, &number)) {
            Ok(part) => {
                form.set("part", part.id);
            }
            Err(store::Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if let Some(id) = form.id("part") {
        let filter = PartFilter { only: Some(vec![id]), archived: true, ..PartFilter::default() };
        let mut found = parts::list_parts(&visit.app, &right, &filter, false, ("", 1))?;
        let one = found.pop().ok_or_else(|| Error::NotFound("part".to_owned()))?;
        return Ok((Some(one), vec![]));
    }
    let filter = PartFilter { words, ..PartFilter::default() };
    Ok((None, parts::list_parts(&visit.app, &right, &filter, false, ("", CHOICES))?))
}

impl MovementPage {
    fn asks_from(&self) -> bool {
        self.kind != MovementKind::Received
    }

    fn asks_to(&self) -> bool {
        self.kind != MovementKind::Scrapped
    }

    fn receives(&self) -> bool {
        self.kind == MovementKind::Received
    }

    fn choice_url(&self, one: &Listed) -> String {
        let mut url = format!("/stock/movements?kind={}&part={}", self.kind, one.part.id);
        for name in ["from", "to"] {
            if !self.form.value(name).is_empty() {
                url += &format!("&{name}={}", crate::web::problem::form_urlencoded(self.form.value(name)));
            }
        }
        url
    }
}
