//! When a part is ordered for which place.

use actix_web::web;
use askama::Template;
use domain::permission::{EditPart, SeeParts};
use store::parts::Part;
use store::stock::list_levels;
use store::stock_places::{StockPlace, list_stock_places};

use crate::actions::parts;
use crate::error::Result;
use crate::web::editing::{Pairs, again};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// The most that may be ordered at or up to.
const MOST: i64 = domain::stock::MOST;

#[derive(Template)]
#[template(path = "parts/levels.html")]
struct LevelsPage {
    chrome: Chrome,
    part: Part,
    places: Vec<StockPlace>,
    form: Form,
}

/// `GET /parts/{id}/levels`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_levels(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::default();
            for level in visit.app.store.read(|conn| list_levels(conn, Some(&[*id])))? {
                form.set_opt(&format!("level_{}", level.place_id), level.reorder_level);
                form.set_opt(&format!("to_{}", level.place_id), level.reorder_to);
            }
            Reply::ok(&page(visit, *id, form)?)
        })
        .await
}

/// `POST /parts/{id}/levels`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn change_levels(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditPart>()?;
            let page_of = |form| page(visit, *id, form);
            let places = page_of(Form::default())?.places;
            let mut form = Form::new(pairs.into_inner());
            let mut levels = vec![];
            for place in &places {
                let level = form.number(&format!("level_{}", place.id), 0, MOST);
                levels.push((place.id, level, form.number(&format!("to_{}", place.id), 1, MOST)));
            }
            match form.check().and_then(|()| parts::set_reorder(&visit.app, &right, *id, &levels)) {
                Ok(()) => Ok(Reply::see_other(&format!("/parts/{id}"), "saved")),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page_of(form)?)
                }
            }
        })
        .await
}

fn page(visit: &Visit, id: i64, form: Form) -> Result<LevelsPage> {
    visit.right::<EditPart>()?;
    let (part, _) = parts::find_part(&visit.app, &visit.right::<SeeParts>()?, id)?;
    let mut places = visit.app.store.read(list_stock_places)?;
    places.retain(|place| !place.archived && place.kind.is_usable());
    let title = format!("When {} is ordered", part.number);
    Ok(LevelsPage { chrome: Chrome::new(visit, title), part, places, form })
}

impl LevelsPage {
    fn level(&self, place: &StockPlace) -> &str {
        self.form.value(&format!("level_{}", place.id))
    }

    fn to(&self, place: &StockPlace) -> &str {
        self.form.value(&format!("to_{}", place.id))
    }
}
