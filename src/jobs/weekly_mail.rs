//! The weekly mail: what fell due, what is overdue and what failed, within each reader's own sight.
//!
//! Each mail is written down before it goes out. A server that dies between the two leaves a mail that may or may not
//! have gone out: it is not sent again. One that the mail server refused is tried once more an hour later.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use domain::code::Code;
use domain::due::DueCounts;
use domain::permission::{FollowDues, RecordTest, ViewRegister};
use domain::schedule::local_date;
use store::due_list::{Area, DueFilter, DueRow};
use store::instruments::Instrument;
use store::mails::{self, Reader};
use store::signed_heads::{SignedHead, latest_in};
use store::stopped::{Stopped, Trouble};
use store::{Actor, Right};

use crate::actions::dues::{self, FIRM_ZONE, StoppedList};
use crate::actions::instruments::{self, doubt_words};
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::Outcome;
use crate::mail::Mail;

/// The job's and the mail's name.
pub const NAME: &str = "weekly_mail";
/// A mail names this many of each.
const MOST_NAMED: usize = 10;

/// How one reader's mail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Now,
    Before,
    Nothing,
    Failed,
}

/// Sends the week's mail to everybody who wants it and has not got it.
///
/// # Errors
/// The store's.
pub fn run(app: &App, turn: DateTime<Utc>) -> Result<Outcome> {
    if !app.mailer.is_set_up() {
        return Ok(Outcome { words: "no mail server is configured: nothing sent".to_owned(), again: None });
    }
    let period = period(local_date(turn, FIRM_ZONE));
    let (mut sent, mut failed) = (0, 0);
    for reader in app.store.read(mails::list_weekly_readers)? {
        match mail_reader(app, &reader, &period)? {
            Sent::Now => sent += 1,
            Sent::Failed => failed += 1,
            Sent::Before | Sent::Nothing => {}
        }
    }
    let again = app.store.read(|conn| mails::find_retry(conn, NAME, &period, app.now()))?;
    Ok(Outcome { words: format!("{period}: {sent} sent, {failed} failed"), again })
}

/// The week of a day as it is written down, such as 2026-W48.
fn period(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
}

fn mail_reader(app: &App, reader: &Reader, period: &str) -> Result<Sent> {
    let Some(actor) = app.store.read(|conn| store::users::act_for(conn, reader.person_id))? else {
        return Ok(Sent::Nothing);
    };
    if !actor.may::<FollowDues>() {
        return Ok(Sent::Nothing);
    }
    // All reading comes before the claim, so that a failing query costs nobody their mail.
    let Some(mail) = write_mail(app, &actor, reader)? else { return Ok(Sent::Nothing) };
    let claim = app
        .store
        .keep_house(|tx| mails::claim_mail(tx, reader.person_id, NAME, period).map_err(Error::from))?;
    if claim.is_none() {
        return Ok(Sent::Before);
    }
    let result = app.mailer.send(&mail);
    app.store.keep_house(|tx| {
        let result = result.as_ref().copied().map_err(String::as_str);
        mails::finish_mail(tx, reader.person_id, (NAME, period), result).map_err(Error::from)
    })?;
    Ok(if result.is_ok() { Sent::Now } else { Sent::Failed })
}

/// What a mail tells.
struct News {
    today: NaiveDate,
    counts: DueCounts,
    fell_due: i64,
    coming: i64,
    overdue_rows: Vec<DueRow>,
    failed: StoppedList,
    incomplete: StoppedList,
    /// Instruments whose calibration has ended, ends soon or is not known; for who tests and who manages.
    instruments: Vec<String>,
    heads: Vec<SignedHead>,
}

fn find_news(app: &App, right: &Right<ViewRegister>) -> Result<News> {
    let today = dues::today(app);
    let all = Area::default();
    let days = dues::count_days(app, right, &all, None)?;
    let between = |first: NaiveDate, before: NaiveDate| -> i64 {
        days.iter().filter(|(day, _)| (first..before).contains(day)).map(|(_, items)| items).sum()
    };
    let week = Duration::days(7);
    let filter = DueFilter { before: Some(today), ..DueFilter::default() };
    let most = i64::try_from(MOST_NAMED).unwrap_or(i64::MAX);
    Ok(News {
        today,
        fell_due: between(today - week, today),
        coming: between(today, today + week),
        counts: DueCounts::of(days.iter().copied(), today),
        overdue_rows: dues::list_due(app, right, &filter, None, MOST_NAMED)?.0,
        failed: dues::list_stopped(app, right, &all, Trouble::Locked, most)?,
        incomplete: dues::list_stopped(app, right, &all, Trouble::Incomplete, most)?,
        heads: app.store.read(|conn| latest_in(conn, right.scope()))?,
        instruments: if right.actor().may::<RecordTest>() { doubtful(app, right, today)? } else { vec![] },
    })
}

fn doubtful(app: &App, right: &Right<ViewRegister>, today: NaiveDate) -> Result<Vec<String>> {
    let all = instruments::list_instruments(app, right)?.into_iter().map(|listed| listed.instrument);
    let words = all.filter(|one| !one.retired).map(|one| (doubt_words(&one, today), one));
    let line_of = |(doubt, one): (String, Instrument)| {
        line(&format!("{} {} {}: {doubt}", one.make, one.model, one.serial))
    };
    Ok(words.filter(|(doubt, _)| !doubt.is_empty()).map(line_of).collect())
}

/// The mail; none when there is nothing to tell.
fn write_mail(app: &App, actor: &Actor, reader: &Reader) -> Result<Option<Mail>> {
    let news = find_news(app, &actor.right::<ViewRegister>()?)?;
    let total = news.counts.overdue + news.coming + news.failed.total + news.incomplete.total;
    if total == 0 && news.instruments.is_empty() {
        return Ok(None);
    }
    let subject = format!(
        "Week of {}: {} overdue, {} failed",
        news.today.format("%-d %B %Y"),
        news.counts.overdue,
        news.failed.total
    );
    let body = body(app, actor.name(), &news);
    Ok(Some(Mail { name: reader.name.clone(), address: reader.email.clone(), subject, body }))
}

fn body(app: &App, name: &str, news: &News) -> String {
    let base = &app.config.base_url;
    let mut text = format!(
        "Hello {},\n\nOverdue: {}, of which {} fell due last week.\nDue in the coming seven days: {}.\n\
         Failed and locked: {}.\nTested incompletely: {}.\n",
        line(name),
        news.counts.overdue,
        news.fell_due,
        news.coming,
        news.failed.total,
        news.incomplete.total
    );
    let overdue = news.overdue_rows.iter().map(|row| due_line(app, row)).collect();
    section(&mut text, "Overdue longest", overdue, news.counts.overdue);
    section(&mut text, "Failed: keep these out of use", stopped_lines(&news.failed), news.failed.total);
    let incomplete = stopped_lines(&news.incomplete);
    section(&mut text, "Tested incompletely: test these again", incomplete, news.incomplete.total);
    let count = i64::try_from(news.instruments.len()).unwrap_or(0);
    let named = news.instruments.iter().take(MOST_NAMED).cloned().collect();
    section(&mut text, "Instruments to calibrate", named, count);
    if !news.heads.is_empty() {
        text += "\nKeep this mail. What follows bears witness of your records as they stood; whoever looks after \
             the installation can hold it against them later (proofmark verify --head FILE, a line each):\n";
        for head in &news.heads {
            text += &format!("{}\n", head.line());
        }
    }
    text += &format!("\nThe whole list: {base}/due\n\nYou can end this mail at {base}/account.\n");
    text
}

fn section(text: &mut String, title: &str, lines: Vec<String>, total: i64) {
    if lines.is_empty() {
        return;
    }
    let rest = total - i64::try_from(lines.len()).unwrap_or(0);
    *text += &format!("\n{title}:\n");
    for line in lines {
        *text += &format!("- {line}\n");
    }
    if rest > 0 {
        *text += &format!("- and {rest} more\n");
    }
}

fn due_line(app: &App, row: &DueRow) -> String {
    let (asset, (_, words)) = (&row.asset, dues::distance(app, row));
    let place = asset.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
    let kind = row.key.kind.noun();
    let what = format!("{} {}", asset.tag, asset.description);
    line(&format!("{} ({}, {}{place}): {kind}, {words}", what.trim(), asset.customer, asset.site))
}

fn stopped_lines(list: &StoppedList) -> Vec<String> {
    let row = |row: &Stopped| {
        let place = row.place.as_deref().map(|place| format!(", {place}")).unwrap_or_default();
        let cause = row.lock_cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default();
        line(&format!("{} {} ({}, {}{place}){cause}", row.tag, row.description, row.customer, row.site))
    };
    list.rows.iter().map(row).collect()
}

/// Text that stays on its line.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
