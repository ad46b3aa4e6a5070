//! What a job's page shows of what was learnt: warnings, findings and known fixes, checklists, procedures.

use std::collections::BTreeSet;

use askama::Template;
use domain::asset_economics::{Warning, duration};
use domain::checklist::Checklist;
use domain::fault::Symptom;
use domain::known_fix::FaultWordKind;
use domain::permission::{WorkJob, WriteKnowledge};
use domain::schedule::local_date;
use store::AnyConnection;
use store::assets::find_asset;
use store::checklists::fills::{Fill, MissingChecklist, list_fills_of_job, missing_checklists};
use store::fault_words::{FaultWord, list_fault_words};
use store::faults::list_lines_of_job;
use store::findings::known::KnownFix;
use store::jobs::assets::{JobAsset, list_job_assets};
use store::procedures::{Procedure, list_procedures_for};

use crate::actions::checklists::list_in;
use crate::actions::findings::{FindingView, views_in};
use crate::actions::jobs::JobView;
use crate::actions::known_fixes::{Known, known_in, warnings_in};
use crate::error::Result;
use crate::web::pages::checklists::standing;
use crate::web::pages::jobs::html;
use crate::web::problem::part_urlencoded;
use crate::web::visitor::Visit;

/// Assets of a job whose warnings are shown, and kinds of thing whose known fixes are.
const FEW: usize = 5;

#[derive(Template)]
#[template(path = "findings/warnings.html")]
pub(super) struct WarningsPart {
    /// The asset's tag, blank where the job has but one, and its warnings.
    pub of: Vec<(String, Vec<Warning>)>,
}

/// What is to be known before anything is opened.
///
/// # Errors
/// The store's.
pub fn warnings_part(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    if !visit.actor.may::<WorkJob>() || !view.job.is_open() {
        return Ok(String::new());
    }
    let things = list_job_assets(conn, &view.job)?;
    let today = local_date(visit.app.now(), view.zone);
    let mut of = vec![];
    for thing in things.iter().take(FEW) {
        let asset = find_asset(conn, visit.actor.scope(), thing.id)?;
        let tag = if things.len() > 1 { thing.tag.clone() } else { String::new() };
        of.push((tag, warnings_in(conn, &asset, today)?.0));
    }
    html(&WarningsPart { of })
}

#[derive(Template)]
#[template(path = "findings/part.html")]
struct FindingsPart {
    number: String,
    /// What was found, each with the fields of its correction.
    findings: Vec<(FindingView, String)>,
    things: Vec<JobAsset>,
    /// What is known, by what it is known of.
    known: Vec<(String, Known)>,
    /// The fields of a new finding.
    blank: String,
    works: bool,
    writes: bool,
}

impl FindingsPart {
    /// The asset that one tap on a known fix is written down for: the only one.
    fn one_tap(&self) -> bool {
        self.works && self.things.len() < 2
    }

    fn is_written(&self, fix: &KnownFix) -> bool {
        let ids = (fix.symptom_id, fix.cause_id, fix.fix_id);
        self.findings
            .iter()
            .any(|(one, _)| (one.finding.symptom_id, one.finding.cause_id, one.finding.fix_id) == ids)
    }

    fn mend_time(&self, known: &Known) -> String {
        let failures = known.figures.failures;
        let time = known.minutes_to_repair().map(|m| format!(", mended in {} on average", duration(m)));
        match failures {
            0 => String::new(),
            1 => format!("Failed once{}.", time.unwrap_or_default()),
            n => format!("Failed {n} times{}.", time.unwrap_or_default()),
        }
    }
}

/// A list of words to choose from.
struct SelectList {
    name: &'static str,
    label: &'static str,
    /// The words by groups: those found before, all others; each with its id.
    groups: Vec<(&'static str, Vec<(i64, String)>)>,
    chosen: i64,
}

impl SelectList {
    fn is_chosen(&self, id: &i64) -> bool {
        self.chosen == *id
    }
}

#[derive(Template)]
#[template(path = "findings/selects.html")]
struct Selects {
    lists: Vec<SelectList>,
    words: String,
}

fn selects(
    words: &[FaultWord],
    before: &BTreeSet<i64>,
    (one, symptom): (Option<&FindingView>, Option<i64>),
) -> Result<String> {
    let finding = one.map(|one| &one.finding);
    let list = |name, label, kind, chosen: Option<i64>| {
        let offered = |word: &&FaultWord| word.kind.0 == kind && (!word.archived || chosen == Some(word.id));
        let of_kind = words.iter().filter(offered).map(|word| (word.id, word.word.clone()));
        let (found, others): (Vec<_>, Vec<_>) = of_kind.partition(|(id, _)| before.contains(id));
        let groups = [("Found before", found), ("All others", others)];
        let groups = groups.into_iter().filter(|(_, words)| !words.is_empty()).collect();
        SelectList { name, label, groups, chosen: chosen.unwrap_or(0) }
    };
    let lists = vec![
        list(
            "symptom",
            "What it showed",
            FaultWordKind::Symptom,
            finding.map(|one| one.symptom_id).or(symptom),
        ),
        list("cause", "What was wrong", FaultWordKind::Cause, finding.map(|one| one.cause_id)),
        list("fix", "What helped", FaultWordKind::Fix, finding.map(|one| one.fix_id)),
    ];
    html(&Selects { lists, words: finding.map(|one| one.words.clone()).unwrap_or_default() })
}

/// What was found, a form for more, and what helped things of the same model before.
///
/// # Errors
/// The store's.
pub fn findings_part(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    if !visit.actor.may::<WorkJob>() {
        return Ok(String::new());
    }
    let findings = views_in(conn, &view.job)?;
    let things = list_job_assets(conn, &view.job)?;
    let words = list_fault_words(conn)?;
    let symptom = match findings.first() {
        Some(one) => Some(one.finding.symptom_id),
        None => reported_symptom(conn, visit, view, &words)?,
    };
    let mut known: Vec<(String, Known)> = vec![];
    let mut seen = BTreeSet::new();
    for thing in &things {
        if known.len() < FEW && seen.insert((&thing.make, &thing.model, thing.category_id)) {
            let about = format!("{} {}", thing.make, thing.model);
            let about = if about.trim().is_empty() { thing.description.clone() } else { about };
            known.push((about, known_in(conn, (&thing.make, &thing.model, thing.category_id), symptom)?));
        }
    }
    let before = known.iter().flat_map(|(_, known)| known.of_model.iter().chain(&known.of_category));
    let before: BTreeSet<i64> = before.flat_map(|fix| [fix.symptom_id, fix.cause_id, fix.fix_id]).collect();
    let with_fields = |one: FindingView| Ok((one.clone(), selects(&words, &before, (Some(&one), None))?));
    html(&FindingsPart {
        number: view.job.number.clone(),
        blank: selects(&words, &before, (None, symptom.filter(|_| findings.is_empty())))?,
        findings: findings.into_iter().map(with_fields).collect::<Result<_>>()?,
        things,
        known,
        works: true,
        writes: visit.actor.may::<WriteKnowledge>(),
    })
}

/// The symptom that whoever reported the fault chose, as a word of the firm's list; none where it has no such word.
fn reported_symptom(
    conn: &mut AnyConnection,
    visit: &Visit,
    view: &JobView,
    words: &[FaultWord],
) -> Result<Option<i64>> {
    let faults = list_lines_of_job(conn, visit.actor.scope(), view.job.id)?;
    let told = faults.iter().find_map(|fault| Symptom::of_report(&fault.what)).map(Symptom::found_as);
    let same = |word: &&FaultWord| {
        word.kind.0 == FaultWordKind::Symptom && !word.archived && Some(word.word.as_str()) == told
    };
    Ok(words.iter().find(same).map(|word| word.id))
}

/// A checklist that may be filled on a job: the address, its name, the asset's tag, and how it stands.
struct Line {
    url: String,
    name: String,
    tag: String,
    code: &'static str,
    state: String,
}

#[derive(Template)]
#[template(path = "findings/checklists.html")]
struct ChecklistsPart {
    number: String,
    lines: Vec<Line>,
    /// Those that may be begun: code and name.
    known: Vec<(String, String)>,
    /// The assets of which: id and words.
    things: Vec<(i64, String)>,
    works: bool,
}

/// The checklists that the job demands, those filled, and a way to fill others.
///
/// # Errors
/// The store's.
pub fn checklists_part(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    let (job, works) = (&view.job, visit.actor.may::<WorkJob>() && view.job.is_open());
    let things = list_job_assets(conn, job)?;
    let known = list_in(conn)?;
    let missing = missing_checklists(conn, job.id)?;
    let fills = list_fills_of_job(conn, job.id)?;
    let address = |code: &str, asset: Option<i64>| {
        let asset = asset.map(|id| format!("?asset={id}")).unwrap_or_default();
        format!("/jobs/{}/checklists/{}{asset}", job.number, part_urlencoded(code))
    };
    let tag = |asset: Option<i64>| {
        let thing = asset.filter(|_| things.len() > 1);
        let thing = thing.and_then(|id| things.iter().find(|thing| thing.id == id));
        thing.map(|thing| thing.tag.clone()).unwrap_or_default()
    };
    let mut lines: Vec<Line> = vec![];
    for fill in &fills {
        let (code, state) = standing(fill);
        let url = match works {
            true => address(&fill.code, fill.asset_id),
            false => format!("/checklists/filled/{}", fill.id),
        };
        lines.push(Line { url, name: fill.checklist.0.name.clone(), tag: tag(fill.asset_id), code, state });
    }
    for one in missing.iter().filter(|one| !fills.iter().any(|fill| is_same(fill, one))) {
        let name = name_of(&known, &one.code);
        let (url, state) = (address(&one.code, one.asset_id), "to fill before it is closed".to_owned());
        lines.push(Line { url, name, tag: tag(one.asset_id), code: "due", state });
    }
    let name = |thing: &JobAsset| (thing.id, format!("{} {}", thing.description, thing.tag));
    let things = things.iter().map(name).collect();
    let known = known.into_iter().map(|one| (one.code, one.name)).collect();
    html(&ChecklistsPart { number: job.number.clone(), lines, known, things, works })
}

fn is_same(fill: &Fill, missing: &MissingChecklist) -> bool {
    fill.code == missing.code && fill.asset_id == missing.asset_id
}

fn name_of(known: &[Checklist], code: &str) -> String {
    known.iter().find(|one| one.code == code).map_or(code.to_owned(), |one| one.name.clone())
}

#[derive(Template)]
#[template(path = "findings/procedures.html")]
pub(in crate::web::pages) struct ProceduresPart {
    /// The procedures to show.
    pub procedures: Vec<Procedure>,
}

/// The procedures for the models and categories of the job's assets.
///
/// # Errors
/// The store's.
pub fn procedures_part(conn: &mut AnyConnection, visit: &Visit, view: &JobView) -> Result<String> {
    if !visit.actor.may::<WorkJob>() {
        return Ok(String::new());
    }
    let things = list_job_assets(conn, &view.job)?;
    let models: Vec<i64> = things.iter().filter_map(|thing| thing.model_id).collect();
    let categories: Vec<i64> = things.iter().map(|thing| thing.category_id).collect();
    html(&ProceduresPart { procedures: list_procedures_for(conn, (&models, &categories))? })
}
