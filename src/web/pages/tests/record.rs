//! The form of a test, also for correcting one.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::evidence::TestEvidence;
use domain::permission::{AttachFile, EditAsset, RecordTest};
use domain::sequence::Sequence;
use domain::verdict::{Judgement, Verdict};
use serde::Deserialize;
use store::assets::Asset;

use super::draft::Draft;
use super::prefill::{Ground, fresh, from_record};
use crate::actions::attachments::MOST_BYTES;
use crate::actions::test_photos::{MOST, new_photos};
use crate::actions::tests;
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::problem::part_urlencoded;
use crate::web::reply::Reply;
use crate::web::upload::{Sent, SentFile};
use crate::web::visitor::{Visit, Visitor};

/// The field of the photos.
const PHOTO: &str = "photo";

#[derive(Template)]
#[template(path = "tests/form.html")]
struct TestFormPage {
    chrome: Chrome,
    ground: Ground,
    kind: TestKind,
    form: Form,
    /// The record that this form corrects.
    corrects: Option<String>,
    /// What is missing, when it was sent incomplete.
    missing: Vec<String>,
    /// Whether photos came with what is shown again, which no browser keeps.
    lost: bool,
    edits_asset: bool,
}

impl TestFormPage {
    fn is_combined(&self) -> bool {
        self.kind.measures()
    }

    /// Whether a reading that no field holds is kept, by its number.
    fn keeps(&self, number: &usize) -> bool {
        self.form.ticked(&format!("keep-{number}"))
    }

    /// What to know of the instrument that is chosen, where all is not well with it.
    fn instrument_doubt(&self) -> Option<&str> {
        let chosen = self.form.value("instrument");
        let words = self.ground.instruments.iter().find(|(serial, _)| serial == chosen);
        words.and_then(|(_, words)| words.split_once(" – ")).map(|(_, doubt)| doubt)
    }

    /// Where the same form taken by another sequence is.
    fn by(&self, sequence: &Sequence) -> String {
        let tag = part_urlencoded(&self.ground.asset.tag);
        format!("/assets/{tag}/test/{}?sequence={}", self.kind.code(), part_urlencoded(&sequence.code))
    }

    /// Whether a sequence is the one in use.
    fn is_by(&self, sequence: &Sequence) -> bool {
        self.ground.chosen.sequence.as_ref().is_some_and(|used| used.code == sequence.code)
    }

    /// The facts that the fields and limits follow from.
    fn facts(&self) -> Vec<String> {
        use crate::web::forms::show_thousandths as show;
        let asset = &self.ground.asset;
        let with = |text: String, unit: &str| (!text.is_empty()).then(|| format!("{text}{unit}"));
        [
            asset.equipment_class.map(|class| class.0.label().to_owned()),
            asset.equipment_type.map(|kind| kind.0.label().to_owned()),
            with(show(asset.rated_power_mw), " W"),
            with(show(asset.fuse_ma), " A fuse"),
            with(show(asset.lead_length_mm), " m lead"),
            with(show(asset.conductor_milli_mm2), " mm²"),
            asset.sockets.filter(|n| *n > 0).map(|n| format!("{n} sockets")),
            asset.rcd_ma.map(|ma| format!("RCD {ma} mA")),
            asset.heating.then(|| "heating".to_owned()),
            asset.surge_suppressors.then(|| "surge suppressors".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// By which sequence to test, where another than the usual one is wanted.
#[derive(Deserialize)]
pub struct By {
    sequence: Option<String>,
}

/// `GET /assets/{tag}/test/{kind}?sequence=`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_form(
    visitor: Visitor,
    path: web::Path<(String, String)>,
    by: web::Query<By>,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (asset, kind) = find(visit, &path)?;
            let page = visit.app.store.read(|conn| {
                let ground = Ground::find(conn, visit, asset, (kind, by.sequence.as_deref()))?;
                let mut form = fresh(conn, visit, &ground)?;
                form.set_opt("sequence", by.sequence.as_deref());
                Ok::<_, Error>(page(visit, (ground, kind), form, None))
            })?;
            Reply::ok(&page)
        })
        .await
}

/// `POST /assets/{tag}/test/{kind}`: plain, or with photos; who may is settled before a byte of them is read.
///
/// # Errors
/// Not found, forbidden; field errors show the form again, and so does a test that would be incomplete.
pub async fn record_test(
    asks: Visitor,
    sends: Visitor,
    path: web::Path<(String, String)>,
    sent: Sent<web::Form<Vec<(String, String)>>>,
) -> Result<Reply> {
    let at = path.clone();
    asks.run(move |visit| find(visit, &at).map(drop)).await?;
    let (form, photos) = sent.read(PHOTO, (MOST_BYTES, MOST)).await?;
    sends
        .run(move |visit| {
            let (asset, kind) = find(visit, &path)?;
            let tag = asset.tag.clone();
            let sequence = Some(form.value("sequence"));
            let ground = visit.app.store.read(|conn| Ground::find(conn, visit, asset, (kind, sequence)))?;
            take(visit, (ground, kind), (form, None, photos), |request| {
                tests::record_test(&visit.app, &visit.right::<RecordTest>()?, &tag, request)
            })
        })
        .await
}

/// `GET /tests/{id}/correct`.
///
/// # Errors
/// Not found, forbidden.
pub async fn show_correction(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (ground, kind, form, evidence) = find_record(visit, &id)?;
            Reply::ok(&page(visit, (ground, kind), form, Some(evidence.id)))
        })
        .await
}

/// `POST /tests/{id}/correct`.
///
/// # Errors
/// Not found, forbidden; field errors show the form again.
pub async fn correct_test(
    asks: Visitor,
    sends: Visitor,
    id: web::Path<String>,
    sent: Sent<web::Form<Vec<(String, String)>>>,
) -> Result<Reply> {
    let of = id.clone();
    asks.run(move |visit| find_record(visit, &of).map(drop)).await?;
    let (form, photos) = sent.read(PHOTO, (MOST_BYTES, MOST)).await?;
    sends
        .run(move |visit| {
            let (ground, kind, _, evidence) = find_record(visit, &id)?;
            let reason = form.value("reason").to_owned();
            let old = evidence.id;
            take(visit, (ground, kind), (form, Some(old.clone()), photos), |request| {
                let right = visit.right::<RecordTest>()?;
                tests::correct_test(&visit.app, &right, (&old, &reason), request)
            })
        })
        .await
}

fn find(visit: &Visit, (tag, kind): &(String, String)) -> Result<(Asset, TestKind)> {
    visit.right::<RecordTest>()?;
    let kind = TestKind::parse_code(kind).map_err(|_| Error::NotFound("kind of test".to_owned()))?;
    let asset = visit.app.store.read(|conn| tests::find_asset(conn, visit.actor.scope(), tag))?;
    Ok((asset, kind))
}

fn find_record(visit: &Visit, id: &str) -> Result<(Ground, TestKind, Form, TestEvidence)> {
    visit.right::<RecordTest>()?;
    let (test, _) = tests::find_test(&visit.app, &visit.right()?, id)?;
    let kind = test.evidence.kind;
    let mut ground = visit.app.store.read(|conn| {
        let asset = store::assets::find_asset(conn, visit.actor.scope(), test.row.asset_id)?;
        // As it was taken; where that sequence is gone, as one would take it today.
        let used = test.evidence.sequence.as_ref().map(|used| used.code.as_str());
        match Ground::find(conn, visit, asset.clone(), (kind, used)) {
            Err(Error::Invalid(_)) => Ground::find(conn, visit, asset, (kind, None)),
            found => found,
        }
    })?;
    let form = from_record(&test.evidence, &mut ground);
    Ok((ground, kind, form, test.evidence))
}

/// What was typed, the record that it corrects, and the photos sent with it.
type Typed = (Form, Option<String>, Vec<SentFile>);

/// Records what was typed, or shows it again with what is wrong or missing.
fn take(
    visit: &Visit,
    (ground, kind): (Ground, TestKind),
    (mut form, corrects, photos): Typed,
    record: impl FnOnce(&tests::TestRequest) -> Result<tests::Recorded>,
) -> Result<Reply> {
    let mut draft = Draft::read(&mut form, &ground, kind);
    let missing = if form.ticked("incomplete") { Ok(vec![]) } else { missing(visit, &ground, &draft) };
    let recorded = form.check().and(missing).and_then(|missing| match missing.is_empty() {
        true => {
            if !photos.is_empty() {
                visit.right::<AttachFile>()?;
                draft.request.photos = new_photos(PHOTO, &photos)?;
            }
            record(&draft.request).map(Ok)
        }
        false => Ok(Err(missing)),
    });
    let missing = match recorded.map_err(|error| draft.rename(error)) {
        Ok(Ok(recorded)) => return Ok(Reply::see_other(&format!("/tests/{}", recorded.id), "recorded")),
        Ok(Err(missing)) => missing,
        // Sent before with something else: what holds is what was recorded then.
        Err(Error::KeyReused) => return Ok(Reply::see_other(&known(visit, &draft)?, "already")),
        Err(error) if form.errors().is_empty() => form.take(error).map(|()| vec![])?,
        Err(_) => vec![],
    };
    let lost = !photos.is_empty();
    let page = TestFormPage { missing, lost, ..page(visit, (ground, kind), form, corrects) };
    Reply::unprocessable(&page)
}

fn missing(visit: &Visit, ground: &Ground, draft: &Draft) -> Result<Vec<String>> {
    let right = visit.right::<RecordTest>()?;
    let judgement = tests::try_test(&visit.app, &right, &ground.asset, &draft.request)?;
    Ok(if judgement.verdict == Verdict::Incomplete { gaps(&judgement) } else { vec![] })
}

/// Why a judgement is not complete, one sentence each.
fn gaps(judgement: &Judgement) -> Vec<String> {
    use domain::verdict::ReadingVerdict::{Missing, NotProven};
    let open = judgement.readings.iter().filter(|r| matches!(r.verdict, Missing | NotProven));
    judgement.reasons.iter().cloned().chain(open.map(|r| r.reason.clone())).collect()
}

/// Where the record with the id of a form sent before is found, if it is this person's to see.
fn known(visit: &Visit, draft: &Draft) -> Result<String> {
    let (test, _) = tests::find_test(&visit.app, &visit.right()?, draft.request.id.trim())?;
    Ok(format!("/tests/{}", test.row.id))
}

fn page(
    visit: &Visit,
    (ground, kind): (Ground, TestKind),
    form: Form,
    corrects: Option<String>,
) -> TestFormPage {
    let title = match corrects {
        Some(_) => format!("Correct: {}", kind.noun()),
        None => kind.label().to_owned(),
    };
    TestFormPage {
        chrome: Chrome::new(visit, title),
        ground,
        kind,
        form,
        corrects,
        missing: vec![],
        lost: false,
        edits_asset: visit.actor.may::<EditAsset>(),
    }
}
