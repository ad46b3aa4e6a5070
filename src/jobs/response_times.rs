//! The watch over response times: warns of deadlines of jobs, and mails those warnings.
//!
//! A notice is taken before its mail goes out. A server that dies between the two leaves one that may or may not have
//! gone out: it is not sent again. One that the mail server refused is tried again, for a day.

use chrono::{DateTime, Duration, Utc};
use domain::code::Code;
use domain::job::NoticeKind;
use store::clocks::{self, Unmailed};

use crate::actions::clock::watch_clocks;
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::Outcome;
use crate::mail::Mail;

/// The job's name.
pub const NAME: &str = "response_times";
/// So many mails go out in one turn.
const MOST_MAILS: i64 = 200;
/// A warning older than this, in hours, is no news any more.
const NEWS_HOURS: i64 = 24;

/// Looks at the clocks whose time has come, tells of their deadlines and mails what was told.
///
/// # Errors
/// The store's.
pub fn run(app: &App, _: DateTime<Utc>) -> Result<Outcome> {
    let watched = watch_clocks(app)?;
    let (sent, failed) = mail_notices(app)?;
    let mut words = format!("looked at {} clocks, told of {} deadlines", watched.looked, watched.told);
    if sent + failed > 0 {
        words += &format!("; {sent} mails sent, {failed} failed");
    }
    Ok(Outcome { words, again: None })
}

fn mail_notices(app: &App) -> Result<(usize, usize)> {
    let (mut sent, mut failed) = (0, 0);
    if !app.mailer.is_set_up() {
        return Ok((0, 0));
    }
    let since = app.now() - Duration::hours(NEWS_HOURS);
    for notice in app.store.read(|conn| clocks::list_unmailed(conn, since, MOST_MAILS))? {
        match mail_notice(app, &notice)? {
            Some(true) => sent += 1,
            Some(false) => failed += 1,
            None => {}
        }
    }
    Ok((sent, failed))
}

/// Whether the mail server took it; none where nobody is to be mailed, or another server does.
fn mail_notice(app: &App, notice: &Unmailed) -> Result<Option<bool>> {
    let active = app.store.read(|conn| store::users::act_for(conn, notice.person_id))?.is_some();
    if !app.store.keep_house(|tx| clocks::claim_notice_mail(tx, notice.id).map_err(Error::from))? {
        return Ok(None);
    }
    let Some(address) = notice.email.clone().filter(|address| active && !address.is_empty()) else {
        return Ok(None);
    };
    let mail = Mail {
        name: notice.name.clone(),
        address,
        subject: format!("{}: {}", notice.number, notice.text),
        body: body_of(app, notice),
    };
    if let Err(why) = app.mailer.send(&mail) {
        log::warn!("mail of a deadline of {}: {why}", notice.number);
        app.store.keep_house(|tx| clocks::return_notice_mail(tx, notice.id).map_err(Error::from))?;
        return Ok(Some(false));
    }
    Ok(Some(true))
}

fn body_of(app: &App, notice: &Unmailed) -> String {
    let job = format!("{}/jobs/{}", app.config.base_url, notice.number);
    let body = format!("{}.\n\n{} {}\n{job}\n", notice.kind.0.label(), notice.number, notice.title);
    match notice.kind.0 {
        NoticeKind::Warning | NoticeKind::Missed => {
            format!("{body}\nHow this was worked out:\n{job}/clock\n")
        }
        _ => body,
    }
}
