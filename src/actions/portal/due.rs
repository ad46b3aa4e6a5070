//! What falls due at the customer's sites, month by month.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::due::{DueCounts, Month};
use domain::permission::ViewPortal;
use store::Right;
use store::due_list::{DueKey, DueRow};
use store::portal;

use crate::actions::dues::today;
use crate::app::App;
use crate::error::Result;

/// Which days a list of what is due shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DueDays {
    /// All.
    #[default]
    All,
    /// Those before today.
    Overdue,
    /// Those of a month from today on.
    Month(Month),
}

/// What falls due, and when.
#[derive(Debug, Clone)]
pub struct PortalDue {
    /// How much in all.
    pub counts: DueCounts,
    /// How much in each month from today on, in order.
    pub months: Vec<(Month, i64)>,
    /// A page of it, soonest first.
    pub rows: Vec<DueRow>,
    /// Where the next page begins.
    pub next: Option<DueKey>,
    /// The firm's date.
    pub today: NaiveDate,
}

/// What falls due at their sites, or at one of them: tests and planned work.
///
/// # Errors
/// Not found for a site that is not theirs.
pub fn list_due(
    app: &App,
    right: &Right<ViewPortal>,
    (site, days): (Option<i64>, DueDays),
    (after, limit): (Option<DueKey>, usize),
) -> Result<PortalDue> {
    let today = today(app);
    let bounds = match days {
        DueDays::All => (None, None),
        DueDays::Overdue => (None, Some(today)),
        DueDays::Month(month) => (Some(month.first().max(today)), Some(month.plus(1).first())),
    };
    app.store.read(|conn| {
        let scope = right.sites();
        let site = site.map(|id| portal::find_site(conn, scope, id)).transpose()?;
        let counted = portal::count_days(conn, scope, site.as_ref())?;
        let mut months: BTreeMap<Month, i64> = BTreeMap::new();
        for (day, items) in counted.iter().filter(|(day, _)| *day >= today) {
            *months.entry(Month::of(*day)).or_default() += items;
        }
        let (rows, next) = portal::list_due(conn, scope, site.as_ref(), (bounds, after), limit)?;
        let counts = DueCounts::of(counted, today);
        Ok(PortalDue { counts, months: months.into_iter().collect(), rows, next, today })
    })
}
