//! Doing something to an asset: moving it, checking it out and in, changing its status, its label.

use actix_web::web::{Form as Posted, Path, Query};
use askama::Template;
use domain::asset::Lifecycle;
use domain::permission::{EditAsset, ViewRegister};
use store::Right;

use super::act_page::{Act, page};
use super::asset_url;
use super::choices::read_where;
use super::form::Pairs;
use super::form_fields::take;
use crate::actions::assets::{self, Found};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// `GET /assets/{id}/move`, `custody`, `status` and `tag`.
///
/// # Errors
/// Forbidden, not found.
pub async fn show_act(visitor: Visitor, id: Path<i64>) -> Result<Reply> {
    let act = act_of(&visitor)?;
    visitor.run(move |visit| Reply::ok(&page(visit, *id, act, Form::default())?)).await
}

/// `POST /assets/{id}/move`, `custody`, `status` and `tag`.
///
/// # Errors
/// Forbidden, not found; field errors and a concurrent change show the form again.
pub async fn do_act(visitor: Visitor, id: Path<i64>, pairs: Posted<Pairs>) -> Result<Reply> {
    let (id, act) = (id.into_inner(), act_of(&visitor)?);
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let mut form = Form::new(pairs.into_inner());
            let version = form.number("version", 1, i64::MAX).unwrap_or(0);
            match apply(visit, &right, (id, version), act, &mut form) {
                Ok(done) => {
                    let asset = assets::find_asset(&visit.app, &visit.right::<ViewRegister>()?, id)?;
                    Ok(Reply::see_other(&asset_url(&asset.tag), done))
                }
                Err(Error::Stale(_)) => {
                    form.set("version", "");
                    form.fail(
                        "",
                        "Somebody changed this asset meanwhile; look at it again, then send once more.",
                    );
                    Reply::conflict(&page(visit, id, act, form)?)
                }
                Err(error) => {
                    take(&mut form, error)?;
                    Reply::unprocessable(&page(visit, id, act, form)?)
                }
            }
        })
        .await
}

/// The act that the address ends with.
fn act_of(visitor: &Visitor) -> Result<Act> {
    let path = visitor.path.split('?').next().unwrap_or_default();
    Act::named(path.rsplit('/').next().unwrap_or_default())
}

fn apply(
    visit: &Visit,
    right: &Right<EditAsset>,
    at: (i64, i64),
    act: Act,
    form: &mut Form,
) -> Result<&'static str> {
    let app = &visit.app;
    match act {
        Act::Move => {
            let to = read_where(form)?;
            assets::move_asset(app, right, at, to).map(|_| "moved")
        }
        Act::Status => {
            let lifecycle = form.required_code::<Lifecycle>("lifecycle");
            form.check()?;
            let lifecycle = lifecycle.ok_or_else(|| Error::field("lifecycle", "choose the status"))?;
            assets::set_lifecycle(app, right, at, lifecycle).map(|_| "saved")
        }
        Act::Custody if form.value("do") == "in" => assets::check_in(app, right, at).map(|()| "saved"),
        Act::Custody => {
            let (holder, back_by) = (form.required("holder"), form.date("back_by"));
            form.check()?;
            assets::check_out(app, right, at, &holder, back_by).map(|()| "saved")
        }
        Act::Tag if form.value("do") == "attach" => {
            let code = form.value("tag").to_owned();
            assets::attach_tag(app, right, at.0, &code).map(|_| "saved")
        }
        Act::Tag => {
            let code = Some(form.value("tag").to_owned()).filter(|code| !code.is_empty());
            assets::replace_tag(app, right, at, code.as_deref()).map(|_| "saved")
        }
    }
}

#[derive(Template)]
#[template(path = "assets/attach_tag.html")]
struct AttachTagPage {
    chrome: Chrome,
    form: Form,
}

/// `GET /assets/attach?tag=`: which asset a scanned free code goes on.
///
/// # Errors
/// Forbidden.
pub async fn show_attach_tag(visitor: Visitor, query: Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<EditAsset>()?;
            let form = Form::new(query.into_inner());
            Reply::ok(&AttachTagPage { chrome: Chrome::new(visit, "Attach a label"), form })
        })
        .await
}

/// `POST /assets/attach`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn attach_scanned_tag(visitor: Visitor, pairs: Posted<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<EditAsset>()?;
            let mut form = Form::new(pairs.into_inner());
            let (code, asset) = (form.required("tag"), form.required("asset"));
            let attached = form.check().and_then(|()| {
                match assets::find_by_scan(&visit.app, &visit.right::<ViewRegister>()?, &asset)? {
                    Found::Asset(asset, _) => assets::attach_tag(&visit.app, &right, asset.id, &code),
                    Found::Choose(_) => {
                        Err(Error::field("asset", "several assets have this number; give the tag"))
                    }
                    _ => Err(Error::field("asset", "no asset has this tag or number")),
                }
            });
            match attached {
                Ok(asset) => Ok(Reply::see_other(&asset_url(&asset.tag), "saved")),
                Err(error) => {
                    take(&mut form, error)?;
                    Reply::unprocessable(&AttachTagPage {
                        chrome: Chrome::new(visit, "Attach a label"),
                        form,
                    })
                }
            }
        })
        .await
}
