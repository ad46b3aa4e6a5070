//! Whether what each asset shows follows from its tests and holds: a lock wiped out of the register would be a false "safe".

use diesel::prelude::*;
use domain::standing::standing;
use domain::verdict::Verdict as Outcome;

use super::{Checked, Verdict, broken};
use crate::marks::marks_of_many;
use crate::portable::AnyConnection;
use crate::schema::assets;
use crate::tests::histories;
use crate::types::{Coded, Moment};

/// Assets looked at together.
const ASSETS: i64 = 500;

type Shown = (i64, String, Option<String>, Option<Coded<Outcome>>, Option<Moment>);

/// Folds the records of every asset anew and compares: its lock, its verdict, the time of its last test.
///
/// # Errors
/// The database's.
pub fn check_assets(
    conn: &mut AnyConnection,
    checked: &mut Checked,
    progress: &mut dyn FnMut(&Checked),
) -> Verdict<()> {
    let columns = (assets::id, assets::tag, assets::lock_cause, assets::last_verdict, assets::last_tested_at);
    let mut last = 0;
    loop {
        let page: Vec<Shown> = assets::table
            .filter(assets::id.gt(last))
            .order(assets::id)
            .limit(ASSETS)
            .select(columns)
            .load(conn)?;
        let Some((id, ..)) = page.last() else { return Ok(Ok(())) };
        last = *id;
        if let Err(broken) = check_page(conn, &page)? {
            return Ok(Err(broken));
        }
        checked.assets += page.len() as u64;
        progress(checked);
    }
}

fn check_page(conn: &mut AnyConnection, page: &[Shown]) -> Verdict<()> {
    let ids: Vec<i64> = page.iter().map(|(id, ..)| *id).collect();
    let (tests, mut marks) = (histories(conn, &ids)?, marks_of_many(conn, &ids)?);
    for (id, tag, lock, verdict, tested_at) in page {
        let tests = tests.get(id).map(Vec::as_slice).unwrap_or_default();
        let follows = standing(tests, &marks.remove(id).unwrap_or_default());
        let why = match (lock, &follows.locked) {
            (None, Some(cause)) => {
                let (day, what) = (cause.at.date_naive(), cause.behind.noun());
                format!("is not locked, and its records lock it: record {}, {what} of {day}", cause.sequence)
            }
            (Some(_), None) => "is locked, and nothing in its records locks it".to_owned(),
            _ if verdict.map(|verdict| verdict.0) != follows.verdict => {
                let words = |verdict: Option<Outcome>| {
                    verdict.map_or("none".to_owned(), |verdict| verdict.to_string())
                };
                let shown = words(verdict.map(|verdict| verdict.0));
                format!("shows the verdict {shown}, and its records amount to {}", words(follows.verdict))
            }
            _ if tested_at.map(Moment::utc) != follows.last.map(|test| test.performed_at) => {
                "shows another time of its last test than its tests do".to_owned()
            }
            _ => continue,
        };
        return broken(format!("asset {tag}"), why);
    }
    Ok(Ok(()))
}
