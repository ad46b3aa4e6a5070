//! One import: what became of each record, what is missing, and what is to be done.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::permission::ImportAssets;
use domain::test_import::{Cause, ImportState, Matching, Outcome};
use exchange::tester::TestRecord;
use store::customers::find_customer;
use store::test_imports::{Addition, StagedFilter, StagedTest, TestImport, count_by_what, list_staged};

use super::{carry_on, query};
use crate::actions::test_imports as imports;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::assets::choices::{self, Choices};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// Records shown at once.
const PAGE: i64 = 50;
/// Kinds of things for which facts can be added.
const KINDS: usize = 100;

/// A part of the bar that shows what became of the records.
struct Part {
    outcome: Outcome,
    count: i64,
    x: i64,
    width: i64,
    class: &'static str,
}

/// A record as the table shows it.
struct Line {
    row: StagedTest,
    code: String,
    place: String,
    date: String,
    test_id: Option<String>,
}

#[derive(Template)]
#[template(path = "test_imports/show.html")]
struct ImportPage {
    chrome: Chrome,
    form: Form,
    import: TestImport,
    customer: String,
    filter: StagedFilter,
    parts: Vec<Part>,
    lines: Vec<Line>,
    next: Option<i64>,
    sites: Choices,
    matchings: Choices,
    kinds: Choices,
    classes: Choices,
    types: Choices,
    busy: bool,
}

impl ImportPage {
    fn is(&self, state: &str) -> bool {
        self.import.state.0.code() == state
    }

    fn filtered(&self) -> String {
        let outcome = self.filter.outcome.map(|outcome| format!("outcome={}", outcome.code()));
        let cause = self.filter.cause.map(|cause| format!("cause={}", cause.code()));
        let suspicious = self.filter.suspicious.then(|| "suspicious=yes".to_owned());
        [outcome, cause, suspicious].into_iter().flatten().map(|part| format!("{part}&")).collect()
    }

    fn heading(&self) -> &'static str {
        match (self.filter.outcome, self.filter.cause, self.filter.suspicious) {
            (Some(outcome), ..) => outcome.label(),
            (_, Some(cause), _) => cause.label(),
            (.., true) => "Suspicious passes",
            _ => "All records",
        }
    }

    /// What a row's colour and shape say.
    fn class(&self, row: &StagedTest) -> &'static str {
        match row.outcome.0 {
            Outcome::Matched | Outcome::New => "active",
            Outcome::Moves | Outcome::Inbox => "due",
            Outcome::Duplicate => "retired",
            Outcome::Refused => "fail",
        }
    }

    fn words(&self) -> String {
        let part = |part: &Part| format!("{}: {}", part.outcome.label(), part.count);
        self.parts.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

/// `GET /test-imports/{id}`.
///
/// # Errors
/// Forbidden; not found.
pub async fn show_import(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor.run(move |visit| show(visit, *id, Form::default(), Reply::ok)).await
}

fn show(
    visit: &Visit,
    id: i64,
    form: Form,
    reply: impl FnOnce(&ImportPage) -> Result<Reply>,
) -> Result<Reply> {
    let page = page(visit, id, form)?;
    let again = page.busy;
    let reply = reply(&page)?;
    // Without a script the page asks again by itself.
    Ok(if again { reply.header("refresh", "2") } else { reply })
}

fn page(visit: &Visit, id: i64, mut form: Form) -> Result<ImportPage> {
    let right = visit.right::<ImportAssets>()?;
    let filter = filter(&visit.path);
    let after = query(&visit.path, "after").and_then(|text| text.parse().ok()).unwrap_or(0);
    visit.app.store.read(|conn| {
        let import = imports::find(conn, &right, id)?;
        let rows = list_staged(conn, id, filter, after, PAGE)?;
        let full = i64::try_from(rows.len()).unwrap_or(0) == PAGE;
        let next = rows.last().map(|last| last.record).filter(|_| full);
        let lines = rows.into_iter().map(|row| line(&import, row)).collect();
        let kinds = count_by_what(conn, id, KINDS)?;
        let named = |what: String| if what.is_empty() { "not described".to_owned() } else { what };
        let kinds = kinds.into_iter().filter(|(what, _)| !what.is_empty());
        let kinds = kinds.map(|(what, count)| (what.clone(), format!("{} ({count})", named(what)))).collect();
        if form.names().next().is_none() {
            form.set("matching", import.matching.0.code()).set_opt("site", import.site_id);
            for (name, on) in [("moves", import.moves), ("visual_done", import.visual_done)] {
                form.set(name, if on { "yes" } else { "" });
            }
        }
        let busy = import.claimed_until.is_some_and(|until| until.utc() > visit.app.now());
        Ok(ImportPage {
            chrome: Chrome::new(visit, format!("Tests from {}", import.file_name)),
            form,
            customer: find_customer(conn, right.scope(), import.customer_id)?.name,
            parts: parts(&import),
            filter,
            lines,
            next,
            sites: choices::sites(conn, right.scope(), Some(import.customer_id))?,
            matchings: choices::codes::<Matching>(),
            kinds,
            classes: choices::codes::<EquipmentClass>(),
            types: choices::codes::<EquipmentType>(),
            busy,
            import,
        })
    })
}

fn filter(path: &str) -> StagedFilter {
    StagedFilter {
        outcome: query(path, "outcome").and_then(|code| Outcome::parse_code(&code).ok()),
        cause: query(path, "cause").and_then(|code| Cause::parse_code(&code).ok()),
        suspicious: query(path, "suspicious").is_some(),
    }
}

fn line(import: &TestImport, row: StagedTest) -> Line {
    let record: Option<TestRecord> = serde_json::from_str(&row.body).ok();
    let record = record.filter(|_| row.outcome.0 != Outcome::Refused).unwrap_or_default();
    let place = [record.site.trim(), record.location.trim()];
    let published = row.outcome.0.is_published() && import.state.0 == ImportState::Published;
    Line {
        code: record.asset_code.clone(),
        place: place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        date: if record.asset_code.is_empty() && record.description.is_empty() {
            String::new()
        } else {
            record.performed_on.to_string()
        },
        test_id: published.then(|| imports::test_id_of(import, row.record)),
        row,
    }
}

/// The bar: each outcome's share of a thousand, none so small that it cannot be seen.
fn parts(import: &TestImport) -> Vec<Part> {
    let counts = &import.counts.0;
    let all = counts.read().max(1);
    let mut x = 0;
    let found = Outcome::ALL.iter().filter(|outcome| counts.of(**outcome) > 0);
    found
        .map(|outcome| {
            let count = counts.of(*outcome);
            let width = (count * 1000 / all).max(6);
            let class = match outcome {
                Outcome::Matched => "bar-safe",
                Outcome::New => "heat-3",
                Outcome::Moves => "heat-1",
                Outcome::Duplicate => "heat-0",
                Outcome::Inbox => "bar-due",
                Outcome::Refused => "bar-danger",
            };
            let part = Part { outcome: *outcome, count, x, width, class };
            x += width;
            part
        })
        .collect()
}

/// `POST /test-imports/{id}`: publishes, goes on, drops, undoes, chooses anew or adds what is missing.
///
/// # Errors
/// Forbidden; not found; a conflict or a field error shows the page again.
pub async fn act_on_import(
    visitor: Visitor,
    id: web::Path<i64>,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            match act(visit, *id, &mut form) {
                Ok(()) => Ok(Reply::see_other(&format!("/test-imports/{id}"), "")),
                Err(error) => {
                    if form.errors().is_empty() {
                        form.take(error)?;
                    }
                    show(visit, *id, form, Reply::unprocessable)
                }
            }
        })
        .await
}

fn act(visit: &Visit, id: i64, form: &mut Form) -> Result<()> {
    let right = visit.right::<ImportAssets>()?;
    let import = visit.app.store.read(|conn| imports::find(conn, &right, id))?;
    match form.value("do") {
        "publish" => imports::start_publishing(&visit.app, &right, id).map(drop)?,
        "go_on" => {}
        "drop" => return imports::drop_import(&visit.app, &right, id).map(drop),
        "undo" => imports::start_undoing(&visit.app, &right, id).map(drop)?,
        "look" => {
            let mut options = import.options();
            options.matching = form.code::<Matching>("matching").unwrap_or(options.matching);
            options.site_id = form.id("site");
            (options.moves, options.visual_done) = (form.ticked("moves"), form.ticked("visual_done"));
            form.check()?;
            imports::change_options(&visit.app, &right, id, &options)?;
        }
        "fill" => {
            let mut options = import.options();
            options.additions.push(addition(form)?);
            imports::change_options(&visit.app, &right, id, &options)?;
        }
        _ => return Err(Error::field("do", "say what is to be done")),
    }
    carry_on(visit, id)
}

fn addition(form: &mut Form) -> Result<Addition> {
    let added = Addition {
        what: form.text("what"),
        equipment_class: form.code::<EquipmentClass>("equipment_class"),
        equipment_type: form.code::<EquipmentType>("equipment_type"),
        lead_length_mm: form.thousandths("lead_length_m"),
        conductor_milli_mm2: form.thousandths("conductor_mm2"),
    };
    if added == (Addition { what: added.what.clone(), ..Addition::default() }) {
        form.fail("lead_length_m", "fill in at least one of these");
    }
    form.check()?;
    Ok(added)
}
