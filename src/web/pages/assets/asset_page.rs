//! The page of one asset: first whether it may be used, then what to do with it, then everything known of it.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use domain::asset::Lifecycle;
use domain::code::Code;
use domain::condition::{Condition, Known, condition};
use domain::equipment::TestKind;
use domain::event::Change;
use domain::interval::{IntervalChoice, Level, resolve};
use domain::money::Currency;
use domain::permission::{AttachFile, EditAsset, LinkHistories, RecordTest, ReportFault, ReviewLock};
use domain::schedule::{DueWhy, local_date};
use domain::standing::LockCause;
use domain::verdict::Verdict;
use store::AnyConnection;
use store::assets::{Asset, AssetNames, Part, list_parts, names_of};
use store::custody::{Custody, find_custody};
use store::dues::{DueRow, list_dues_of_asset};
use store::files::{Attachment, list_attachments};
use store::history_links::{Parts, parts_of};
use store::part_units::{Unit, list_units_of_assets};
use store::tags::{TagRow, list_tags};
use store::tests::ReleaseRow;
use store::timeline::{Entry, What, timeline};

use super::asset_url;
use crate::actions::assets::Came;
use crate::actions::dues::Levels;
use crate::actions::dues::lock_words;
use crate::actions::faults::{Waiting, open_reports};
use crate::actions::history_links::{Act, list_acts};
use crate::actions::settings::currency_in;
use crate::actions::tests::find_override;
use crate::error::Result;
use crate::web::forms::show_thousandths;
use crate::web::layout::Chrome;
use crate::web::pages::findings::asset_parts;
use crate::web::pages::jobs::repairs_of_asset;
use crate::web::pages::plans::part;
use crate::web::problem::form_urlencoded;
use crate::web::reply::Reply;
use crate::web::visitor::Visit;

/// Entries of the history on one page.
const HISTORY: usize = 30;

/// A name and a value worth showing.
type Fact = (String, String);

/// A decision about histories: its address, words, whether it stands.
type Linked = (String, String, bool);

#[derive(Template)]
#[template(path = "assets/page.html")]
struct AssetPage {
    chrome: Chrome,
    asset: Asset,
    names: AssetNames,
    zone: chrono_tz::Tz,
    today: NaiveDate,
    condition: Condition,
    /// What failed and why it is used all the same.
    overridden: Option<String>,
    came: Option<Came>,
    /// What was decided about its history.
    links: Vec<Linked>,
    custody: Option<Custody>,
    dues: Vec<DueRow>,
    /// Its planned work, drawn.
    plans: String,
    choices: Vec<Choice>,
    /// The signed assessments that hold for it: id and name.
    rulings: Vec<(String, String)>,
    parts: Vec<Part>,
    /// Pieces of the stock that are fitted in it: each with number and description of its part.
    fitted: Vec<(Unit, String, String)>,
    tags: Vec<TagRow>,
    files: Vec<Attachment>,
    history: Vec<Shown>,
    older: Option<DateTime<Utc>>,
    tests: bool,
    reviews: bool,
    edits: bool,
    attaches: bool,
    links_histories: bool,
    /// Open recalls of the instrument that its last test was made with, by their numbers.
    recalls: Vec<i64>,
    /// What is reported of it and not put right yet.
    faults: Vec<Waiting>,
    reports: bool,
    /// What repairs taught: warnings above everything else, and what stands beside its facts.
    warnings: String,
    learnt: String,
    /// Its jobs, what is out of the house and its filled checklists, drawn.
    repairs: String,
    /// What its cost is in.
    currency: Currency,
}

/// Answers with the page of an asset found within the scope.
///
/// # Errors
/// The store's.
pub fn show(
    conn: &mut AnyConnection,
    visit: &Visit,
    asset: Asset,
    came: Option<Came>,
    before: Option<i64>,
) -> Result<Reply> {
    let before = before.and_then(DateTime::from_timestamp_micros);
    let names = names_of(conn, &asset)?;
    let parts = parts_of(conn, asset.id)?;
    let (history, older) = timeline(conn, &parts, before, HISTORY)?;
    let zone: chrono_tz::Tz = names.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let today = local_date(visit.app.now(), zone);
    let levels = Levels::of(conn, &asset)?;
    let overridden = match asset.lock_cause {
        None => find_override(conn, asset.id)?.map(|(fail, word)| override_words(&fail, &word)),
        Some(_) => None,
    };
    let links = links_of(conn, visit, &asset, &parts)?;
    let (warnings, learnt) = asset_parts(conn, visit, &asset, today)?;
    let page = AssetPage {
        chrome: Chrome::new(visit, asset.description.clone()),
        custody: if asset.custodian.is_empty() { None } else { find_custody(conn, asset.id)? },
        dues: list_dues_of_asset(conn, asset.id)?,
        repairs: repairs_of_asset(conn, visit, (&asset, &parts.assets))?,
        currency: currency_in(conn)?,
        plans: part::of_asset(conn, visit, (asset.id, &asset.tag))?,
        choices: choices_of(&levels),
        rulings: levels.assessments.iter().map(|row| (row.id.clone(), row.name())).collect(),
        parts: list_parts(conn, &parts.assets)?,
        fitted: list_units_of_assets(conn, &parts.assets)?,
        tags: list_tags(conn, asset.id)?,
        files: files_of(conn, &parts)?,
        condition: condition(known(&asset, overridden.is_some()), today),
        overridden,
        tests: visit.actor.may::<RecordTest>(),
        reviews: visit.actor.may::<ReviewLock>() && asset.lock_cause.is_some(),
        edits: visit.actor.may::<EditAsset>(),
        attaches: visit.actor.may::<AttachFile>(),
        recalls: store::recalls::doubts_of_asset(conn, &parts)?,
        faults: open_reports(conn, visit.actor.scope(), &parts.assets)?,
        reports: visit.actor.may::<ReportFault>(),
        asset,
        names,
        zone,
        today,
        came,
        links,
        links_histories: visit.actor.may::<LinkHistories>(),
        warnings,
        learnt,
        history: history.into_iter().map(|entry| Shown::of(entry, zone)).collect(),
        older,
    };
    Reply::ok(&page)
}

fn files_of(conn: &mut AnyConnection, parts: &Parts) -> Result<Vec<Attachment>> {
    let mut files = vec![];
    for id in &parts.assets {
        files.extend(list_attachments(conn, *id)?);
    }
    Ok(files)
}

fn links_of(conn: &mut AnyConnection, visit: &Visit, asset: &Asset, parts: &Parts) -> Result<Vec<Linked>> {
    if !parts.linked {
        return Ok(vec![]);
    }
    let acts = list_acts(conn, visit.actor.scope(), asset.id)?;
    Ok(acts.iter().map(|(id, act)| link_of(id, act, asset)).collect())
}

/// A decision about histories as the page of one of its assets tells it.
fn link_of(id: &str, act: &Act, asset: &Asset) -> Linked {
    let other = if act.from.id == asset.id { &act.to } else { &act.from };
    let count = act.links.len();
    let tests = if count == 1 { "1 test".to_owned() } else { format!("{count} tests") };
    let words = match (act.is_merge(), act.from.id == asset.id) {
        (true, false) => format!("{} {} was merged into this", other.description, other.tag),
        (true, true) => format!("was merged into {} {}", other.description, other.tag),
        (false, false) => format!("{tests} recorded of {} {} count here", other.description, other.tag),
        (false, true) => format!("{tests} recorded here count for {} {}", other.description, other.tag),
    };
    (format!("/history-links/{id}"), words, act.undone.is_none())
}

fn known(asset: &Asset, overridden: bool) -> Known {
    Known {
        overridden,
        lifecycle: asset.lifecycle.0,
        locked: asset.lock_cause.is_some(),
        last_verdict: asset.last_verdict.map(|verdict| verdict.0),
        due_on: asset.due_on,
    }
}

/// Why something that failed is in use, in words.
fn override_words(fail: &LockCause, word: &ReleaseRow) -> String {
    let on = day(word.at.utc().date_naive());
    format!("{}. Released by a manager on {on}: {}", lock_words(fail), word.reason)
}

fn day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

impl AssetPage {
    fn condition_code(&self) -> &'static str {
        self.condition.code()
    }

    fn headline(&self) -> String {
        match self.condition {
            Condition::Quarantined => "QUARANTINED: do not use".to_owned(),
            Condition::Overridden => "RELEASED WITHOUT A TEST".to_owned(),
            Condition::Gone => self.asset.lifecycle.0.label().to_uppercase(),
            Condition::Incomplete => "NOT PROVEN: the last test was incomplete".to_owned(),
            Condition::Overdue => "OVERDUE".to_owned(),
            Condition::Untested => "NOT TESTED YET".to_owned(),
            Condition::Due => "DUE".to_owned(),
            Condition::Safe => "SAFE".to_owned(),
        }
    }

    fn explanation(&self) -> String {
        let due = self.asset.due_on.map(day);
        let tested = self.asset.last_tested_at.map(|at| day(local_date(at.utc(), self.zone)));
        let passed = tested.map(|at| format!("Passed on {at}. ")).unwrap_or_default();
        match (self.condition, due) {
            (Condition::Quarantined, _) => {
                self.asset.lock_cause.clone().unwrap_or_else(|| "Its last test failed.".to_owned())
            }
            (Condition::Overridden, _) => self.overridden.clone().unwrap_or_default(),
            (Condition::Gone, _) => "It is not in use, so nothing falls due.".to_owned(),
            (Condition::Overdue, Some(due)) => format!("{passed}An inspection was due on {due}."),
            (Condition::Due, Some(due)) => format!("{passed}An inspection is due on {due}."),
            (Condition::Safe, Some(due)) => format!("{passed}Next inspection due on {due}."),
            (Condition::Safe, None) => format!("{passed}Nothing falls due by date."),
            (Condition::Incomplete, _) => "It is due for a test that proves all that is required.".to_owned(),
            (_, Some(due)) => format!("An inspection is due since {due}."),
            (_, None) => "No inspection is recorded.".to_owned(),
        }
    }

    fn place(&self) -> String {
        let site = format!("{} › {}", self.names.customer, self.names.site);
        self.names.place.as_ref().map_or(site.clone(), |place| format!("{site} › {place}"))
    }

    fn status_code(&self) -> &'static str {
        self.asset.status().code()
    }

    fn status_label(&self) -> &'static str {
        self.asset.status().label()
    }

    fn url(&self) -> String {
        asset_url(&self.asset.tag)
    }

    fn older_url(&self) -> Option<String> {
        self.older.map(|at| format!("{}?before={}", self.url(), at.timestamp_micros()))
    }

    fn spoken(&self) -> String {
        self.asset.tag.parse::<domain::tag::Tag>().map_or(self.asset.tag.clone(), |tag| tag.spoken())
    }

    fn is_in_use(&self) -> bool {
        matches!(self.asset.lifecycle.0, Lifecycle::InService | Lifecycle::InStore | Lifecycle::InRepair)
    }

    /// What an electrician asks for.
    fn electrical(&self) -> Vec<Fact> {
        let a = &self.asset;
        let unit = |value: Option<i64>, unit: &str| {
            let shown = show_thousandths(value);
            if shown.is_empty() { shown } else { format!("{shown} {unit}") }
        };
        let yes = |value: bool| if value { "yes".to_owned() } else { String::new() };
        let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        filled([
            (
                "Class",
                a.equipment_class.map(|c| c.label().to_owned()).unwrap_or_else(|| "not known".to_owned()),
            ),
            (
                "Type",
                a.equipment_type.map(|t| t.label().to_owned()).unwrap_or_else(|| "not known".to_owned()),
            ),
            ("Rated power", unit(a.rated_power_mw, "W")),
            ("Rated current", unit(a.rated_current_ma, "A")),
            ("Fuse", unit(a.fuse_ma, "A")),
            ("Plug", a.plug.clone()),
            ("Lead", unit(a.lead_length_mm, "m")),
            ("Conductor", unit(a.conductor_milli_mm2, "mm²")),
            ("Sockets", number(a.sockets)),
            ("RCD", a.rcd_ma.map(|ma| format!("{ma} mA")).unwrap_or_default()),
            ("Heating", yes(a.heating)),
            ("Surge suppressors", yes(a.surge_suppressors)),
            ("Unearthed metal", yes(a.unearthed_metal)),
            ("Rewirable plug", yes(a.rewirable_plug)),
        ])
    }

    /// What a keeper asks for.
    fn facts(&self) -> Vec<Fact> {
        let a = &self.asset;
        let date = |value: Option<NaiveDate>| value.map(day).unwrap_or_default();
        let mut facts = filled([
            ("Category", self.names.category.clone()),
            ("Make and model", format!("{} {}", a.make, a.model).trim().to_owned()),
            ("Serial number", a.serial.clone()),
            ("Customer's number", a.customer_number.clone().unwrap_or_default()),
            ("In service since", day(a.in_service_on)),
            ("Purchased", date(a.purchased_on)),
            ("Cost", a.cost_pence.map(|pence| self.currency.show(pence)).unwrap_or_default()),
            ("Supplier", a.supplier.clone()),
            ("Warranty until", date(a.warranty_until)),
            ("Notes", a.notes.clone()),
        ]);
        facts.extend(a.custom.0.iter().map(|(name, value)| (name.clone(), value.clone())));
        facts
    }

    fn photos(&self) -> Vec<&Attachment> {
        self.files.iter().filter(|f| f.withdrawn_at.is_none() && f.thumbnail_hash.is_some()).collect()
    }

    fn documents(&self) -> Vec<&Attachment> {
        self.files.iter().filter(|f| f.withdrawn_at.is_none() && f.thumbnail_hash.is_none()).collect()
    }

    fn url_of(&self, tag: &str) -> String {
        asset_url(tag)
    }

    fn encoded_tag(&self) -> String {
        form_urlencoded(&self.asset.tag).replace('/', "%2F")
    }

    fn since(&self, unit: &Unit) -> String {
        day(local_date(unit.since.utc(), self.zone))
    }

    fn warranty(&self, unit: &Unit) -> String {
        unit.warranty_until.map(|until| until.to_string()).unwrap_or_default()
    }

    fn label_of(&self, part: &Part) -> &'static str {
        part.status().label()
    }

    fn state_of(&self, tag: &TagRow) -> &'static str {
        tag.state.0.label()
    }

    fn kind_of(&self, due: &DueRow) -> &'static str {
        due.kind.0.label()
    }

    fn state_of_due(&self, due: &DueRow) -> (&'static str, String) {
        let on = day(due.due_on);
        match due.why.0 {
            DueWhy::NeverTested => ("overdue", format!("never tested, due since {on}")),
            DueWhy::NotProven => ("incomplete", format!("not proven since {on}")),
            DueWhy::ByDate if due.due_on < self.today => ("overdue", on),
            DueWhy::ByDate => ("due", on),
        }
    }
}

/// How often one kind of inspection is due, and what else would say so.
struct Choice {
    kind: &'static str,
    reason: String,
    /// The levels that it went before, each as a sentence.
    passed: Vec<String>,
}

fn choices_of(levels: &Levels) -> Vec<Choice> {
    let intervals = levels.intervals();
    let choice = |(kind, choice): (TestKind, &IntervalChoice)| {
        let others = levels.stating(kind).into_iter().filter(|level| Some(level.source) != choice.source());
        let words = |level: Level| resolve(&[level]).reason().to_owned();
        Choice { kind: kind.label(), reason: choice.reason().to_owned(), passed: others.map(words).collect() }
    };
    intervals.each().into_iter().rev().map(choice).collect()
}

/// One entry of the history as shown.
struct Shown {
    code: &'static str,
    time: String,
    iso: String,
    title: String,
    link: Option<String>,
    changes: Vec<Change>,
    who: String,
}

impl Shown {
    fn of(entry: Entry, zone: chrono_tz::Tz) -> Self {
        let (code, title, link, changes) = match entry.what {
            What::Test { id, kind, verdict } => {
                let title = format!("{}: {}", kind.label(), verdict_word(verdict));
                (verdict.code(), title, Some(format!("/tests/{id}")), vec![])
            }
            What::Event { noun, action, changes, .. } if noun == "asset" => {
                ("event", capital(&action), None, changes)
            }
            What::Event { noun, noun_id, action, changes, .. } => {
                let link = match noun.as_str() {
                    "job" => Some(format!("/jobs/{noun_id}")),
                    "referral" => Some(format!("/referrals/{noun_id}")),
                    _ => None,
                };
                let named = if noun == "job" { noun_id } else { capital(&noun) };
                ("event", format!("{named} {action}"), link, changes)
            }
        };
        let time = entry.at.with_timezone(&zone).format("%-d %b %Y %H:%M").to_string();
        Self { code, time, iso: entry.at.to_rfc3339(), title, link, changes, who: entry.who }
    }
}

fn verdict_word(verdict: Verdict) -> String {
    verdict.noun()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn filled<const N: usize>(facts: [(&str, String); N]) -> Vec<Fact> {
    facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
