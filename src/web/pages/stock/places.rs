//! Stores and vans, and one of them with everything that lies there.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{EditPart, MoveStock, SeeParts};

use crate::actions::stock::may_count;
use crate::actions::stock_places::{self, Listed, Whole};
use crate::error::Result;
use crate::web::layout::Chrome;
use crate::web::pages::parts::Line;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "stock/places.html")]
struct PlacesPage {
    chrome: Chrome,
    places: Vec<Listed>,
    me: Option<i64>,
    edits: bool,
    moves: bool,
}

#[derive(Template)]
#[template(path = "stock/place.html")]
struct PlacePage {
    chrome: Chrome,
    whole: Whole,
    movements: Vec<Line>,
    mine: bool,
    counts: bool,
    edits: bool,
    moves: bool,
}

/// `GET /stock`.
///
/// # Errors
/// Forbidden.
pub async fn list_places(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let places = stock_places::list_stock_places(&visit.app, &visit.right::<SeeParts>()?)?;
            Reply::ok(&PlacesPage {
                chrome: Chrome::new(visit, "Stores and vans"),
                places,
                me: visit.actor.person_id(),
                edits: visit.actor.may::<EditPart>(),
                moves: visit.actor.may::<MoveStock>(),
            })
        })
        .await
}

/// `GET /stock/places/{id}`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_place(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<SeeParts>()?;
            let whole = stock_places::find_whole(&visit.app, &right, *id)?;
            let names = stock_places::list_stock_places(&visit.app, &right)?;
            let name = |id: Option<i64>| {
                let found = names.iter().find(|one| Some(one.place.id) == id);
                found.map(|one| one.place.name.clone()).unwrap_or_default()
            };
            let parts = |id: i64| whole.lines.iter().find(|line| line.part.id == id);
            let movements = whole.movements.iter().map(|movement| {
                let mut line = Line::of(movement, name, |_| None);
                if let Some(of) = parts(movement.row.part_id) {
                    line.title = format!("{} of {}", line.title, of.part.number);
                }
                line
            });
            let movements = movements.collect();
            let me = visit.actor.person_id();
            Reply::ok(&PlacePage {
                chrome: Chrome::new(visit, whole.place.name.clone()),
                movements,
                mine: me.is_some() && whole.place.person_id == me,
                counts: may_count(&visit.actor, &whole.place),
                whole,
                edits: visit.actor.may::<EditPart>(),
                moves: visit.actor.may::<MoveStock>(),
            })
        })
        .await
}

impl PlacesPage {
    fn is_mine(&self, one: &Listed) -> bool {
        self.me.is_some() && one.place.person_id == self.me
    }

    fn kind(&self, one: &Listed) -> &'static str {
        one.place.kind.0.label()
    }
}

impl PlacePage {
    fn kind(&self) -> &'static str {
        self.whole.place.kind.0.label()
    }
}
