//! The work of the months to come: items by kind, and the hours they take at each site's own pace.

use chrono::NaiveDate;
use domain::due::Month;
use domain::forecast::{ASSUMED_PACE, Forecast, Kinds, months_from, pace, tenths_of_hours};
use domain::permission::ViewRegister;
use store::{Right, work};

use crate::actions::dues::{self, Ground};
use crate::app::App;
use crate::error::Result;

/// Up to so many sites have their pace measured when somebody looks; beyond that all are taken at the usual one.
const MEASURED_SITES: usize = 40;

/// The work at one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteWork {
    /// The site.
    pub site_id: i64,
    /// Names of customer and site.
    pub name: String,
    /// Items an hour, as measured there.
    pub pace: Option<u32>,
    /// The items of each month by kind.
    pub months: Vec<Kinds>,
}

impl SiteWork {
    /// Its items in a month.
    pub fn items(&self, month: usize) -> u64 {
        self.months.get(month).map_or(0, |kinds| kinds.iter().sum())
    }

    /// Its items in all months.
    pub fn all_items(&self) -> u64 {
        self.months.iter().flatten().sum()
    }

    /// Tenths of hours for so many of its items.
    pub fn tenths(&self, items: u64) -> u64 {
        tenths_of_hours(items, self.pace.unwrap_or(ASSUMED_PACE))
    }
}

/// The work of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The months.
    pub months: Vec<Month>,
    /// The items of each month by kind.
    pub total: Vec<Kinds>,
    /// Tenths of hours of each month.
    pub tenths: Vec<u64>,
    /// The sites, the one with most work first.
    pub sites: Vec<SiteWork>,
    /// Whether there were too many sites for measuring the pace of each.
    pub too_many: bool,
}

/// Looks so many months ahead over a part of the register.
///
/// # Errors
/// The store's.
pub fn find_work(app: &App, right: &Right<ViewRegister>, ground: &Ground, months: usize) -> Result<Work> {
    let today: NaiveDate = dues::today(app);
    let names = months_from(today, months);
    let before = names.last().map_or(today, |last| last.plus(1).first());
    app.store.read(|conn| {
        let scope = right.scope();
        let groups = work::list_due_groups(conn, scope, &ground.area, before)?;
        let forecast = Forecast::new(groups, today, months);
        let called = work::list_site_names(conn, scope)?;
        let too_many = forecast.sites.len() > MEASURED_SITES;
        let total = forecast.total(months);
        let mut sites = vec![];
        for (site_id, months) in forecast.sites {
            let Some((customer, site)) = called.get(&site_id) else { continue };
            let pace = if too_many { None } else { pace(work::list_test_times(conn, site_id)?) };
            sites.push(SiteWork { site_id, name: format!("{customer}, {site}"), pace, months });
        }
        sites.sort_by_key(|site| (std::cmp::Reverse(site.all_items()), site.site_id));
        let tenths = (0..months).map(|at| sites.iter().map(|site| site.tenths(site.items(at))).sum());
        Ok(Work { months: names, total, tenths: tenths.collect(), sites, too_many })
    })
}
