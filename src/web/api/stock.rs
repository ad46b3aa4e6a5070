//! `/api/v1/stock/movements` and `/api/v1/jobs/{number}/parts`.

use actix_web::web;
use actix_web::web::Bytes;
use domain::code::Code;
use domain::event::Event;
use domain::permission::{CountStock, MoveStock, WorkJob};
use domain::stock::MovementKind;
use domain::tag::fold;
use serde::Serialize;
use store::assets::find_asset_by_tag;
use store::jobs::find_job;
use store::parts::find_part_by_number;
use store::stock_places::find_stock_place_by_name;
use store::{AnyConnection, Scope, Tx};

use super::body::Body;
use crate::actions::job_parts::{Destination, GiveBack, Take, TakeOut, give_back_in, take_in};
use crate::actions::stock::{Count, MoveRequest, count_in, move_in};
use crate::error::{Error, Result};
use crate::web::replay::{Answer, RequestKey, once};
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// A movement as it is sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewMovement)]
pub struct MovementSchema {
    /// UUID that you make for it; the ledger keeps it, and takes it once.
    pub id: Option<String>,
    /// `received`, `moved`, `scrapped` or `counted`.
    pub kind: String,
    /// Number of the part.
    pub part: String,
    /// Name of the place that it is in: of `moved`, `scrapped` and `counted`.
    pub from: Option<String>,
    /// Name of the place that it goes to: of `received` and `moved`.
    pub to: Option<String>,
    /// How many; how many were found, where the kind is `counted`.
    pub quantity: Option<i64>,
    /// Serial numbers, where the part's pieces have some.
    pub serials: Option<Vec<String>>,
    /// What one cost, such as `12.50`.
    pub cost: Option<String>,
    /// Last day of warranty of what is received.
    pub warranty_until: Option<chrono::NaiveDate>,
    /// How many the books had when counting began: refused when that changed.
    pub expected: Option<i64>,
    /// Why; needed where a count differs, and for scrap.
    pub reason: Option<String>,
}

/// Parts for a job as they are sent.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewJobPart)]
pub struct JobPartSchema {
    /// UUID that you make for it; the ledger keeps it, and takes it once.
    pub id: Option<String>,
    /// `issued`, where left out, or `returned`: given back unused.
    pub kind: Option<String>,
    /// Number of the part; may be left out where something is only taken out.
    pub part: Option<String>,
    /// How many; 1 where left out.
    pub quantity: Option<i64>,
    /// Name of the place; your own van where left out.
    pub place: Option<String>,
    /// Serial number of the piece that goes in, or comes back.
    pub serial: Option<String>,
    /// Tag of the asset that it is for; the job's only one where left out.
    pub asset: Option<String>,
    /// Whether the enclosure was opened for it: then the asset needs a test after repair.
    pub opened: Option<bool>,
    /// Serial number of the piece that comes out.
    pub out_serial: Option<String>,
    /// Number of the part that comes out, where the books do not know the piece and it is another part.
    pub out_part: Option<String>,
    /// Name of the place that it goes to; scrap where neither this nor the next is given.
    pub out_place: Option<String>,
    /// Tag of the asset that it goes into.
    pub out_asset: Option<String>,
    /// Why there are more than the books have: what is missing is counted in.
    pub reason: Option<String>,
}

/// What was written down.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MovementsDocument {
    /// Numbers in the ledger of the stock: one, or one a piece.
    movements: Vec<i64>,
}

/// Receives, moves, scraps or counts stock. What jobs take is sent to the job.
///
/// # Errors
/// Field errors, forbidden, not found; a conflict where a place has not as many, saying how many are where.
#[utoipa::path(post, path = "/api/v1/stock/movements", tag = "stock", request_body = MovementSchema,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same and moves nothing")),
    responses((status = 201, body = MovementsDocument), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn move_stock(visitor: Visitor, key: RequestKey, bytes: Bytes) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<MoveStock>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let sent = read_movement(&bytes)?;
                let (ids, events) = match sent.kind {
                    MovementKind::Counted => {
                        let right = visit.right::<CountStock>()?;
                        let count = sent.count(tx)?;
                        count_in(tx, &right, &count)?
                    }
                    _ => {
                        let request = sent.request(tx)?;
                        move_in(tx, &right, &request)?
                    }
                };
                done(ids, events)
            })?;
            Ok(answer.into())
        })
        .await
}

fn done(movements: Vec<i64>, events: Vec<Event>) -> Result<(Answer, Vec<Event>)> {
    let body = serde_json::to_string(&MovementsDocument { movements })
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok((Answer { status: 201, location: None, etag: None, body }, events))
}

/// A movement as it was read.
struct Sent {
    id: Option<String>,
    kind: MovementKind,
    part: String,
    from: Option<String>,
    to: Option<String>,
    quantity: Option<i64>,
    serials: Vec<String>,
    cost_pence: Option<i64>,
    warranty_until: Option<chrono::NaiveDate>,
    expected: Option<i64>,
    reason: String,
}

fn read_movement(bytes: &Bytes) -> Result<Sent> {
    let mut body = Body::read(bytes)?;
    let kind = body.code::<MovementKind>("kind").value();
    if kind.is_none() {
        body.fail("kind", "say received, moved, scrapped or counted");
    }
    let sent = Sent {
        id: body.text("id").value(),
        kind: kind.unwrap_or(MovementKind::Received),
        part: body.required("part"),
        from: body.text("from").value(),
        to: body.text("to").value(),
        quantity: body.whole("quantity").value(),
        serials: body.list("serials").value().unwrap_or_default(),
        cost_pence: body.pence("cost").value(),
        warranty_until: body.date("warranty_until").value(),
        expected: body.whole("expected").value(),
        reason: body.short("reason"),
    };
    body.finish()?;
    Ok(sent)
}

impl Sent {
    fn request(self, tx: &mut Tx) -> Result<MoveRequest> {
        let part_id = part(tx, &self.part)?;
        Ok(MoveRequest {
            id: self.id,
            kind: self.kind,
            part_id,
            from: place(tx, "from", self.from.as_deref())?,
            to: place(tx, "to", self.to.as_deref())?,
            quantity: self.quantity,
            serials: self.serials,
            cost_pence: self.cost_pence,
            warranty_until: self.warranty_until,
            reason: self.reason,
        })
    }

    fn count(self, tx: &mut Tx) -> Result<Count> {
        let part_id = part(tx, &self.part)?;
        let place_id = place(tx, "from", self.from.or(self.to).as_deref())?;
        let place_id = place_id.ok_or_else(|| Error::field("from", "name the place that was counted"))?;
        let Self { id, quantity, serials, expected, reason, .. } = self;
        Ok(Count { id, part_id, place_id, found: quantity, serials, expected, reason })
    }
}

fn part(conn: &mut AnyConnection, number: &str) -> Result<i64> {
    match find_part_by_number(conn, number) {
        Ok(part) => Ok(part.id),
        Err(store::Error::NotFound(_)) => Err(Error::field(
            "part",
            format!("there is no part {}", number.chars().take(80).collect::<String>()),
        )),
        Err(error) => Err(error.into()),
    }
}

fn place(conn: &mut AnyConnection, field: &str, name: Option<&str>) -> Result<Option<i64>> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(None) };
    match find_stock_place_by_name(conn, name) {
        Ok(place) => Ok(Some(place.id)),
        Err(store::Error::NotFound(_)) => {
            let name: String = name.chars().take(80).collect();
            Err(Error::field(field, format!("there is no stock place \"{name}\"")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a part for a job, with what comes out in its place, or gives one back.
///
/// # Errors
/// Field errors, forbidden, not found; a conflict where a place has not as many, saying how many are where.
#[utoipa::path(post, path = "/api/v1/jobs/{number}/parts", tag = "stock", request_body = JobPartSchema,
    params(("number" = String, Path, description = "The job's number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key again answers the same and takes nothing")),
    responses((status = 201, body = MovementsDocument), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn take_part(
    visitor: Visitor,
    number: web::Path<String>,
    key: RequestKey,
    bytes: Bytes,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<WorkJob>()?;
            let answer = once(&visit.app, right.actor(), &key, &bytes, |tx| {
                let sent = read_job_part(&bytes)?;
                let (ids, events) = match sent.returned {
                    true => {
                        let back = sent.back(tx)?;
                        let (id, events) = give_back_in(tx, &right, &number, &back)?;
                        (vec![id], events)
                    }
                    false => {
                        let take = sent.take(tx, right.scope(), &number)?;
                        take_in(tx, &right, &number, &take)?
                    }
                };
                done(ids, events)
            })?;
            Ok(answer.into())
        })
        .await
}

/// Parts for a job as they were read.
struct SentPart {
    id: Option<String>,
    returned: bool,
    part: Option<String>,
    quantity: i64,
    place: Option<String>,
    serial: String,
    asset: Option<String>,
    out_serial: String,
    out_part: Option<String>,
    out_place: Option<String>,
    out_asset: Option<String>,
    reason: String,
    /// Whether the enclosure was opened for it.
    opened: bool,
}

fn read_job_part(bytes: &Bytes) -> Result<SentPart> {
    let mut body = Body::read(bytes)?;
    let kind = body.code::<MovementKind>("kind").value().unwrap_or(MovementKind::Issued);
    if !matches!(kind, MovementKind::Issued | MovementKind::Returned) {
        body.fail(
            "kind",
            format!("\"{}\" is sent to /api/v1/stock/movements; here say issued or returned", kind.code()),
        );
    }
    let text = |body: &mut Body, name: &str| body.text(name).value().filter(|text| !text.is_empty());
    let sent = SentPart {
        id: text(&mut body, "id"),
        returned: kind == MovementKind::Returned,
        part: text(&mut body, "part"),
        quantity: body.whole("quantity").value().unwrap_or(1),
        place: text(&mut body, "place"),
        serial: body.short("serial"),
        asset: text(&mut body, "asset"),
        out_serial: body.short("out_serial"),
        out_part: text(&mut body, "out_part"),
        out_place: text(&mut body, "out_place"),
        out_asset: text(&mut body, "out_asset"),
        reason: body.short("reason"),
        opened: body.flag("opened").value().unwrap_or(false),
    };
    if sent.part.is_none() && sent.out_serial.is_empty() {
        body.fail("part", "name the part");
    }
    body.finish()?;
    Ok(sent)
}

impl SentPart {
    fn back(self, tx: &mut Tx) -> Result<GiveBack> {
        let part_id = part(tx, self.part.as_deref().unwrap_or_default())?;
        let place_id = place(tx, "place", self.place.as_deref())?;
        Ok(GiveBack { id: self.id, part_id, place_id, quantity: self.quantity, serial: self.serial })
    }

    fn take(self, tx: &mut Tx, scope: &Scope, number: &str) -> Result<Take> {
        let job = find_job(tx, scope, number)?;
        let within = scope.within(job.customer_id);
        let asset = |tx: &mut Tx, tag: &Option<String>| match tag {
            Some(tag) => find_asset_by_tag(tx, &within, &fold(tag)).map(|asset| Some(asset.id)),
            None => Ok(None),
        };
        let to = match (&self.out_place, asset(tx, &self.out_asset)?) {
            (Some(_), Some(_)) => {
                return Err(Error::field("out_place", "it goes to a place or into an asset, not both"));
            }
            (Some(name), None) => match place(tx, "out_place", Some(name))? {
                Some(id) => Destination::Place(id),
                None => Destination::Scrap,
            },
            (None, Some(id)) => Destination::Asset(id),
            (None, None) => Destination::Scrap,
        };
        let out_part = self.out_part.as_deref().map(|number| part(tx, number)).transpose()?;
        let out = TakeOut { serial: self.out_serial, part_id: out_part, to };
        Ok(Take {
            id: self.id,
            part_id: self.part.as_deref().map(|number| part(tx, number)).transpose()?,
            place_id: place(tx, "place", self.place.as_deref())?,
            quantity: self.quantity,
            serial: self.serial,
            asset_id: asset(tx, &self.asset)?,
            out: Some(out).filter(|out| !out.serial.is_empty()),
            reason: self.reason,
            opened: self.opened,
        })
    }
}
