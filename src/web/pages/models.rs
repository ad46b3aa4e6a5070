//! Models of a category.

use actix_web::web;
use askama::Template;
use domain::asset_economics::duration;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::money::plain;
use domain::permission::{EditChecklist, EditRegister, ViewRegister, WorkJob};
use serde::Deserialize;
use store::models::{Model, ModelFields};
use store::procedures::list_procedures_for;

use crate::actions::known_fixes::{self, KnownOfModel};
use crate::actions::{categories, models};
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::electrical::{self, Electrical};
use crate::web::pages::findings::ProceduresPart;
use crate::web::pages::jobs::html;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "model_form.html")]
struct ModelFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    categories: Options,
    classes: Options,
    types: Options,
    yes_no: Options,
}

#[derive(Template)]
#[template(path = "models/show.html")]
struct ModelPage {
    chrome: Chrome,
    known: KnownOfModel,
    procedures: String,
    edits: bool,
}

impl ModelPage {
    fn assets_url(&self) -> String {
        let name = format!("{} {}", self.known.model.make, self.known.model.name);
        format!("/assets?q={}", form_urlencoded(&name))
    }

    /// What is known of the model in numbers, as far as it is.
    fn figures(&self) -> Options {
        let KnownOfModel { model, known, assets, days_between_failures, .. } = &self.known;
        let figures = [
            ("Assets", Some(assets.to_string())),
            ("Failures", Some(known.figures.failures.to_string())),
            ("Between two failures", days_between_failures.map(|days| format!("{days} days on average"))),
            ("Mended in", known.minutes_to_repair().map(|m| format!("{} on average", duration(m)))),
            ("A new one costs", model.replacement_pence.map(plain)),
        ];
        figures.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

const SHEET: Sheet<Model, ModelFields> = Sheet {
    fields: &[
        "category_id",
        "make",
        "name",
        "equipment_class",
        "equipment_type",
        "rated_power_w",
        "rated_current_a",
        "fuse_a",
        "plug",
        "lead_length_m",
        "conductor_mm2",
        "sockets",
        "heating",
        "surge_suppressors",
        "replacement",
    ],
    read,
    fill,
};

/// Of which category a new model is.
#[derive(Deserialize)]
pub struct Of {
    category: Option<i64>,
}

/// `GET /models/new?category=`.
///
/// # Errors
/// Forbidden.
pub async fn new_model(visitor: Visitor, of: web::Query<Of>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let mut form = Form::default();
            form.set_opt("category_id", of.category);
            form_page(visit, "Add a model", form, None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /models/new`.
///
/// # Errors
/// Not found for a category, forbidden; field errors show the form again.
pub async fn add_model(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                models::add_model(&visit.app, &visit.right::<EditRegister>()?, fields)?;
                Ok("/categories".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, "Add a model", form, None))
        })
        .await
}

/// `GET /models/{id}`: what is known of it.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_model(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let known = known_fixes::known_of_model(&visit.app, &visit.right::<WorkJob>()?, *id)?;
            let procedures = visit.app.store.read(|conn| {
                let procedures = list_procedures_for(conn, (&[*id], &[known.model.category_id]))?;
                html(&ProceduresPart { procedures })
            })?;
            let title = format!("{} {}", known.model.make, known.model.name);
            let edits = visit.actor.may::<EditChecklist>();
            Reply::ok(&ModelPage { chrome: Chrome::new(visit, title), known, procedures, edits })
        })
        .await
}

/// `GET /models/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_model(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let found = models::find_model(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, "Change a model", fill(&found), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /models/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_model(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || models::find_model(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields| {
                models::change_model(&visit.app, &visit.right::<EditRegister>()?, (*id, version), fields)?;
                Ok("/categories".to_owned())
            };
            let show = |form, conflict| form_page(visit, "Change a model", form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<ModelFormPage> {
    visit.right::<EditRegister>()?;
    let all = categories::list_categories(&visit.app, &visit.right::<ViewRegister>()?)?;
    let categories = all.into_iter().map(|(c, _)| (c.id.to_string(), c.name)).collect();
    let (classes, types) = (options::<EquipmentClass>(), options::<EquipmentType>());
    let yes_no = [("true", "Yes"), ("false", "No")].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    Ok(ModelFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        categories,
        classes,
        types,
        yes_no,
    })
}

fn read(form: &mut Form) -> ModelFields {
    let e = electrical::read(form);
    if form.value("category_id").is_empty() {
        form.fail("category_id", "choose the category");
    }
    ModelFields {
        category_id: form.id("category_id").unwrap_or(0),
        make: form.required("make"),
        name: form.required("name"),
        equipment_class: e.equipment_class,
        equipment_type: e.equipment_type,
        rated_power_mw: e.rated_power_mw,
        rated_current_ma: e.rated_current_ma,
        fuse_ma: e.fuse_ma,
        plug: e.plug,
        lead_length_mm: e.lead_length_mm,
        conductor_milli_mm2: e.conductor_milli_mm2,
        sockets: e.sockets,
        heating: yes_no(form, "heating"),
        surge_suppressors: yes_no(form, "surge_suppressors"),
        replacement_pence: form.pence("replacement"),
    }
}

fn yes_no(form: &mut Form, name: &str) -> Option<bool> {
    match form.value(name) {
        "" => None,
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            form.fail(name, "choose yes, no or neither");
            None
        }
    }
}

fn fill(model: &Model) -> Form {
    let mut form = Form::default();
    let shown = |value: Option<bool>| value.map(|b| b.to_string()).unwrap_or_default();
    form.set("category_id", model.category_id).set("make", &model.make).set("name", &model.name);
    let e = Electrical {
        equipment_class: model.equipment_class,
        equipment_type: model.equipment_type,
        rated_power_mw: model.rated_power_mw,
        rated_current_ma: model.rated_current_ma,
        fuse_ma: model.fuse_ma,
        plug: model.plug.clone(),
        lead_length_mm: model.lead_length_mm,
        conductor_milli_mm2: model.conductor_milli_mm2,
        sockets: model.sockets,
    };
    electrical::fill(&mut form, &e);
    form.set("heating", shown(model.heating)).set("surge_suppressors", shown(model.surge_suppressors));
    form.set_opt("replacement", model.replacement_pence.map(plain)).set("version", model.version);
    form
}
