//! `/parts/{id}/pieces/{serial}`: one piece, where it is and has been.

use actix_web::web;
use askama::Template;
use chrono::NaiveDate;
use domain::code::Code;
use domain::permission::{MoveStock, SeeParts};

use super::show::{Line, moment, piece_url};
use crate::actions::stock::{Piece, change_warranty, find_piece};
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::asset_url;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "parts/piece.html")]
struct PiecePage {
    chrome: Chrome,
    form: Form,
    piece: Piece,
    movements: Vec<Line>,
    moves: bool,
}

impl PiecePage {
    fn state(&self) -> &'static str {
        self.piece.line.unit.state.label()
    }

    fn since(&self) -> String {
        moment(self.piece.line.unit.since)
    }

    fn was(&self) -> String {
        shown(self.piece.line.unit.warranty_until)
    }

    fn asset_url(&self, tag: &str) -> String {
        asset_url(tag)
    }
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// `GET /parts/{id}/pieces/{serial}`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_piece(visitor: Visitor, path: web::Path<(i64, String)>) -> Result<Reply> {
    let (id, serial) = path.into_inner();
    visitor.run(move |visit| Reply::ok(&page(visit, (id, &serial), Form::default())?)).await
}

fn page(visit: &Visit, key: (i64, &str), mut form: Form) -> Result<PiecePage> {
    let piece = find_piece(&visit.app, &visit.right::<SeeParts>()?, key)?;
    if form.errors().is_empty() {
        form.set("until", shown(piece.line.unit.warranty_until));
    }
    let place = |id: Option<i64>| id.and_then(|id| piece.places.get(&id)).cloned().unwrap_or_default();
    let tag = |id: i64| piece.tags.get(&id).cloned();
    Ok(PiecePage {
        chrome: Chrome::new(visit, format!("{} {}", piece.part.number, piece.line.unit.serial)),
        form,
        movements: piece.movements.iter().map(|movement| Line::of(movement, place, tag)).collect(),
        moves: visit.actor.may::<MoveStock>(),
        piece,
    })
}

/// `POST /parts/{id}/pieces/{serial}`: until when its warranty runs.
///
/// # Errors
/// Not found, forbidden, stale; field errors show the piece again.
pub async fn change_piece(
    visitor: Visitor,
    path: web::Path<(i64, String)>,
    pairs: web::Form<Pairs>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (id, serial) = path.into_inner();
            let right = visit.right::<MoveStock>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["was", "until"]);
            let days = (form.date("was"), form.date("until"));
            let done = form.check().and_then(|()| change_warranty(&visit.app, &right, (id, &serial), days));
            match done {
                Ok(()) => Ok(Reply::see_other(&piece_url(id, &serial), "saved")),
                Err(error @ Error::NotFound(_)) => Err(error),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, (id, &serial), form)?)
                }
            }
        })
        .await
}
