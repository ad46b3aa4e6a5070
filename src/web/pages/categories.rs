//! Categories and, in the list, their models.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::permission::{EditRegister, ViewRegister, WorkJob};
use store::categories::{Category, CategoryFields, CustomField};
use store::models::Model;
use store::types::Json;

use crate::actions::categories;
use crate::actions::sequences::list_in;
use crate::error::Result;
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::pages::electrical::{self, Electrical};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

type Options = Vec<(String, String)>;

#[derive(Template)]
#[template(path = "categories.html")]
struct CategoriesPage {
    chrome: Chrome,
    categories: Vec<(Category, Vec<Model>)>,
    works: bool,
}

#[derive(Template)]
#[template(path = "category_form.html")]
struct CategoryFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    classes: Options,
    types: Options,
    sequences: Options,
    rows: Vec<CustomField>,
}

/// The kinds of custom fields, and how they are shown.
const KINDS: [(&str, &str); 4] =
    [("text", "Text"), ("number", "Number"), ("date", "Date"), ("choice", "Choice")];
/// The longest interval, in months.
const MOST_MONTHS: i64 = 600;
/// How many custom fields a category may have.
const MOST_FIELDS: usize = 30;
/// How many empty rows the form offers for new custom fields.
const SPARE_ROWS: usize = 3;

const SHEET: Sheet<Category, CategoryFields> = Sheet {
    fields: &[
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
        "user_check_months",
        "formal_visual_months",
        "combined_months",
        "interval_reason",
        "sequence",
        "field_name",
        "field_kind",
        "field_choices",
    ],
    read,
    fill,
};

/// `GET /categories`.
///
/// # Errors
/// Log in first.
pub async fn list_categories(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let categories = categories::list_categories(&visit.app, &visit.right::<ViewRegister>()?)?;
            let (chrome, works) = (Chrome::new(visit, "Categories and models"), visit.actor.may::<WorkJob>());
            Ok(CategoriesPage { chrome, categories, works })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /categories/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_category(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(|visit| form_page(visit, "Add a category", Form::default(), None)).await?;
    Reply::ok(&page)
}

/// `POST /categories/new`.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_category(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let add = |fields| {
                categories::add_category(&visit.app, &visit.right::<EditRegister>()?, fields)?;
                Ok("/categories".to_owned())
            };
            SHEET.add(pairs.into_inner(), add, |form| form_page(visit, "Add a category", form, None))
        })
        .await
}

/// `POST /categories/usual`.
///
/// # Errors
/// Forbidden; a conflict when all are there.
pub async fn add_usual(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            categories::add_usual(&visit.app, &visit.right::<EditRegister>()?)?;
            Ok(Reply::see_other("/categories", "added"))
        })
        .await
}

/// `GET /categories/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_category(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let found = categories::find_category(&visit.app, &visit.right::<ViewRegister>()?, *id)?;
            form_page(visit, "Change a category", fill(&found), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /categories/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_category(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let find = || categories::find_category(&visit.app, &visit.right::<ViewRegister>()?, *id);
            let change = |version, fields| {
                let right = visit.right::<EditRegister>()?;
                categories::change_category(&visit.app, &right, (*id, version), fields)?;
                Ok("/categories".to_owned())
            };
            let show = |form, conflict| form_page(visit, "Change a category", form, conflict);
            SHEET.change(pairs.into_inner(), find, change, show)
        })
        .await
}

fn form_page(visit: &Visit, title: &str, form: Form, conflict: Conflict) -> Result<CategoryFormPage> {
    visit.right::<EditRegister>()?;
    let mut rows = typed_rows(&form);
    let empty = CustomField { name: String::new(), kind: "text".to_owned(), choices: vec![] };
    rows.extend(std::iter::repeat_n(empty, SPARE_ROWS));
    let (classes, types) = (options::<EquipmentClass>(), options::<EquipmentType>());
    let sequences = visit.app.store.read(list_in)?;
    let sequences = sequences.into_iter().map(|sequence| (sequence.code, sequence.name)).collect();
    Ok(CategoryFormPage {
        chrome: Chrome::new(visit, title),
        form,
        conflict,
        classes,
        types,
        sequences,
        rows,
    })
}

fn read(form: &mut Form) -> CategoryFields {
    let e = electrical::read(form);
    let months = ["user_check_months", "formal_visual_months", "combined_months"];
    let [user_check_months, formal_visual_months, combined_months] =
        months.map(|name| form.number(name, 0, MOST_MONTHS));
    let interval_reason = form.text("interval_reason");
    let none = [user_check_months, formal_visual_months, combined_months].contains(&Some(0));
    if none && interval_reason.is_empty() {
        form.fail("interval_reason", "say why there is none where you gave 0 months");
    }
    CategoryFields {
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
        heating: form.ticked("heating"),
        surge_suppressors: form.ticked("surge_suppressors"),
        user_check_months,
        formal_visual_months,
        combined_months,
        interval_reason,
        sequence: form.text("sequence"),
        fields: Json(read_custom(form)),
    }
}

/// The rows of custom fields as typed, those without a name left out.
fn typed_rows(form: &Form) -> Vec<CustomField> {
    let at = |name: &str, row: usize| form.all(name).get(row).map_or("", |text| text.trim()).to_owned();
    let rows = (0..form.all("field_name").len()).map(|row| CustomField {
        name: at("field_name", row),
        kind: at("field_kind", row),
        choices: at("field_choices", row)
            .split([',', '\n'])
            .map(|choice| choice.trim().to_owned())
            .filter(|choice| !choice.is_empty())
            .collect(),
    });
    rows.filter(|field| !field.name.is_empty()).collect()
}

fn read_custom(form: &mut Form) -> Vec<CustomField> {
    let rows = typed_rows(form);
    if rows.len() > MOST_FIELDS {
        form.fail("field_name", format!("a category has at most {MOST_FIELDS} fields of its own"));
    }
    let mut names: Vec<String> = vec![];
    for row in &rows {
        if let Some(why) = wrong_row(row, &names) {
            form.fail("field_name", why);
        }
        names.push(row.name.to_lowercase());
    }
    rows
}

fn wrong_row(row: &CustomField, earlier: &[String]) -> Option<String> {
    let name: String = row.name.chars().take(40).collect();
    if row.name.chars().count() > 60 || row.name.chars().any(char::is_control) {
        return Some(format!("\"{name}\": a name has at most 60 characters and no control characters"));
    }
    if earlier.contains(&row.name.to_lowercase()) {
        return Some(format!("\"{name}\" is there twice"));
    }
    if !KINDS.iter().any(|(kind, _)| *kind == row.kind) {
        return Some(format!("\"{name}\": its kind is one of text, number, date, choice"));
    }
    if row.kind == "choice" && !(2..=100).contains(&row.choices.len()) {
        return Some(format!(
            "\"{name}\": a choice needs two choices at least, with commas between, and 100 at most"
        ));
    }
    let long = row.choices.iter().any(|c| c.chars().count() > 100 || c.chars().any(char::is_control));
    long.then(|| format!("\"{name}\": each choice has at most 100 characters"))
}

fn fill(category: &Category) -> Form {
    let mut form = Form::new(category.fields.0.iter().flat_map(|field| {
        [
            ("field_name".to_owned(), field.name.clone()),
            ("field_kind".to_owned(), field.kind.clone()),
            ("field_choices".to_owned(), field.choices.join(", ")),
        ]
    }));
    let months = |months: Option<i64>| months.map(|n| n.to_string()).unwrap_or_default();
    form.set("name", &category.name);
    electrical::fill(&mut form, &of(category));
    form.set("heating", category.heating).set("surge_suppressors", category.surge_suppressors);
    form.set("user_check_months", months(category.user_check_months));
    form.set("formal_visual_months", months(category.formal_visual_months));
    form.set("interval_reason", &category.interval_reason).set("sequence", &category.sequence);
    form.set("combined_months", months(category.combined_months)).set("version", category.version);
    form
}

fn of(category: &Category) -> Electrical {
    Electrical {
        equipment_class: category.equipment_class,
        equipment_type: category.equipment_type,
        rated_power_mw: category.rated_power_mw,
        rated_current_ma: category.rated_current_ma,
        fuse_ma: category.fuse_ma,
        plug: category.plug.clone(),
        lead_length_mm: category.lead_length_mm,
        conductor_milli_mm2: category.conductor_milli_mm2,
        sockets: category.sockets,
    }
}
