//! One part: where it is, who has put some aside, what moved.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::money::Currency;
use domain::permission::{EditPart, MoveStock, SeeParts, WorkJob};
use store::Actor;
use store::jobs::queue::{Filter, Line as QueueLine, Order, list_jobs};
use store::parts::find_part_by_number;
use store::stock::movements::NamedMovement;
use store::types::Moment;

use crate::actions::parts::{self, AtPlace, UnitLine, Whole};
use crate::actions::settings::find_firm;
use crate::actions::stock::may_count;
use crate::error::Result;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "parts/show.html")]
struct PartPage {
    chrome: Chrome,
    whole: Whole,
    movements: Vec<Line>,
    /// The serial number that was scanned.
    scanned: String,
    /// The reader's own open jobs, for which it may be taken.
    jobs: Vec<QueueLine>,
    next: Option<i64>,
    currency: Currency,
    actor: Actor,
    edits: bool,
    moves: bool,
}

/// A movement as a line of the history.
#[derive(Debug, Clone)]
pub struct Line {
    /// When, as a machine reads it.
    pub iso: String,
    /// When.
    pub at: String,
    /// What happened, in words.
    pub title: String,
    /// Where from and where to.
    pub way: String,
    /// The job's number, where the reader may see it.
    pub job: Option<String>,
    /// Why.
    pub reason: String,
    /// Who.
    pub who: String,
}

impl Line {
    /// A movement with the names of its places.
    pub fn of(
        movement: &NamedMovement,
        name: impl Fn(Option<i64>) -> String,
        tag: impl Fn(i64) -> Option<String>,
    ) -> Self {
        let row = &movement.row;
        let serial = movement.serial.as_ref().map(|serial| format!(" {serial}")).unwrap_or_default();
        let count = if row.unit_id.is_some() { String::new() } else { format!(" {}", row.quantity) };
        let sign = match (row.kind.0, row.from_place_id) {
            (domain::stock::MovementKind::Counted, Some(_)) => " fewer",
            (domain::stock::MovementKind::Counted, None) if row.quantity > 0 => " more",
            (domain::stock::MovementKind::Counted, None) => " as the books had",
            _ => "",
        };
        let (from, to) = (name(row.from_place_id), name(row.to_place_id));
        let asset = |id: Option<i64>| match id {
            Some(id) => tag(id).unwrap_or_else(|| "an asset".to_owned()),
            None => String::new(),
        };
        let (from, to) = match (from.is_empty(), to.is_empty()) {
            (true, _) => (asset(row.from_asset_id), to),
            (_, true) => (from, asset(row.to_asset_id)),
            _ => (from, to),
        };
        let way = match (from.is_empty(), to.is_empty()) {
            (false, false) => format!("{from} › {to}"),
            (false, true) => format!("from {from}"),
            (true, false) => format!("in {to}"),
            (true, true) => String::new(),
        };
        Self {
            iso: row.at.utc().to_rfc3339(),
            at: moment(row.at),
            title: format!("{}{serial}{count}{sign}", row.kind.label()),
            way,
            job: movement.job.clone(),
            reason: row.reason.clone(),
            who: movement.who.clone().unwrap_or_default(),
        }
    }
}

/// A moment by the firm's clock.
pub fn moment(at: Moment) -> String {
    at.utc().with_timezone(&chrono_tz::Europe::London).format("%-d %b %Y %H:%M").to_string()
}

/// The page of a piece.
pub(super) fn piece_url(part_id: i64, serial: &str) -> String {
    format!("/parts/{part_id}/pieces/{}", part_urlencoded(serial))
}

/// `GET /parts/{id}`: `before` a movement, `serial` one that was scanned.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_part(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Query<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            let before = form.id("before");
            form.check()?;
            let whole = parts::find_whole(&visit.app, &visit.right::<SeeParts>()?, *id, before)?;
            let movements = whole.movements.iter();
            let lines = movements
                .map(|movement| Line::of(movement, |id| whole.name(id).to_owned(), |_| None))
                .collect();
            let full = whole.movements.len() == parts::MOVEMENTS as usize;
            Reply::ok(&PartPage {
                chrome: Chrome::new(visit, whole.part.description.clone()),
                next: whole.movements.last().filter(|_| full).map(|last| last.row.id),
                movements: lines,
                jobs: my_jobs(visit)?,
                whole,
                currency: find_firm(&visit.app)?.currency,
                actor: visit.actor.clone(),
                scanned: form.value("serial").to_owned(),
                edits: visit.actor.may::<EditPart>(),
                moves: visit.actor.may::<MoveStock>(),
            })
        })
        .await
}

/// Jobs offered on the page of a part.
const JOBS: i64 = 8;

fn my_jobs(visit: &Visit) -> Result<Vec<QueueLine>> {
    let (Some(me), true) = (visit.actor.person_id(), visit.actor.may::<WorkJob>()) else {
        return Ok(vec![]);
    };
    let filter = Filter { assignee: Some(Some(me)), ..Filter::default() };
    let scope = visit.actor.scope();
    Ok(visit.app.store.read(|conn| list_jobs(conn, scope, &filter, Order::Deadline, (0, JOBS)))?)
}

/// `GET /p/{number}`: what the label of a part leads to.
///
/// # Errors
/// Not found, forbidden.
pub async fn open_number(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    open(visitor, number.into_inner(), String::new()).await
}

/// `GET /p/{number}/{serial}`: what the label of one piece leads to.
///
/// # Errors
/// Not found, forbidden.
pub async fn open_serial(visitor: Visitor, path: web::Path<(String, String)>) -> Result<Reply> {
    let (number, serial) = path.into_inner();
    open(visitor, number, serial).await
}

async fn open(visitor: Visitor, number: String, serial: String) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<SeeParts>()?;
            let part = visit.app.store.read(|conn| find_part_by_number(conn, &number))?;
            let to = match serial.is_empty() {
                true => format!("/parts/{}", part.id),
                false => format!("/parts/{}?serial={}", part.id, part_urlencoded(&serial)),
            };
            Ok(Reply::see_other(&to, ""))
        })
        .await
}

impl PartPage {
    fn facts(&self) -> Vec<(&'static str, String)> {
        let part = &self.whole.part;
        let supplier = self.whole.supplier.as_ref().map(|one| one.name.clone()).unwrap_or_default();
        let months = part.warranty_months.map(|months| format!("{months} months")).unwrap_or_default();
        let facts = [
            ("Maker", part.maker.clone()),
            ("Supplier", supplier),
            ("Supplier's number", part.supplier_number.clone()),
            ("Cost of one", part.cost_pence.map(|cost| self.currency.show(cost)).unwrap_or_default()),
            ("Counted in", part.unit.clone()),
            ("Warranty", months),
            ("Serial numbers", if part.serialised { "each piece has one" } else { "none" }.to_owned()),
            ("Notes", part.notes.clone()),
        ];
        facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn counts(&self, at: &AtPlace) -> bool {
        may_count(&self.actor, &at.place)
    }

    fn counted(&self, at: &AtPlace) -> String {
        at.counted_at.map(moment).unwrap_or_default()
    }

    fn state(&self, line: &UnitLine) -> &'static str {
        line.unit.state.0.label()
    }

    fn is_scanned(&self, line: &UnitLine) -> bool {
        !self.scanned.is_empty()
            && domain::stock::fold(&self.scanned) == domain::stock::fold(&line.unit.serial)
    }

    /// Whether a piece was scanned that the books do not know.
    fn is_unknown(&self) -> bool {
        !self.scanned.is_empty() && !self.whole.units.iter().any(|line| self.is_scanned(line))
    }

    fn piece_url(&self, serial: &str) -> String {
        piece_url(self.whole.part.id, serial)
    }

    fn since(&self, line: &UnitLine) -> String {
        moment(line.unit.since)
    }

    fn place(&self, id: &i64) -> &str {
        self.whole.name(Some(*id))
    }

    fn take_url(&self, number: &str) -> String {
        let serial = match self.scanned.is_empty() {
            true => String::new(),
            false => format!("&serial={}", part_urlencoded(&self.scanned)),
        };
        format!("/jobs/{number}/parts?part={}{serial}#take", self.whole.part.id)
    }

    fn asset_url(&self, tag: &str) -> String {
        format!("/t/{}", part_urlencoded(tag))
    }
}
