//! Adding and changing sites.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::permission::{EditRegister, ViewRegister};
use store::Right;
use store::counts;
use store::customers::{self, Customer};
use store::sites::{self, Site, SiteFields};
use store::under::Under;

use crate::actions::ripple::{self, Ripple};
use crate::app::App;
use crate::error::{Error, Result};

/// A site with what stands there.
#[derive(Debug, Clone)]
pub struct CountedSite {
    /// The site.
    pub site: Site,
    /// How many assets are registered there.
    pub assets: i64,
    /// How many inspections are overdue there.
    pub overdue: i64,
}

/// One customer with its sites, those in use first.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_customer_with_sites(
    app: &App,
    right: &Right<ViewRegister>,
    id: i64,
) -> Result<(Customer, Vec<CountedSite>)> {
    let today = app.now().date_naive();
    app.store.read(|conn| {
        let customer = customers::find_customer(conn, right.scope(), id)?;
        let mut sites = sites::list_sites(conn, right.scope(), Some(id))?;
        sites.sort_by_key(|site| site.archived);
        let assets = counts::count_assets_by_site(conn, &sites)?;
        let overdue = counts::count_overdue_by_site(conn, &sites, today)?;
        let of = |counts: &BTreeMap<i64, i64>, id: i64| counts.get(&id).copied().unwrap_or(0);
        let counted = |site: Site| {
            let (assets, overdue) = (of(&assets, site.id), of(&overdue, site.id));
            CountedSite { site, assets, overdue }
        };
        Ok((customer, sites.into_iter().map(counted).collect()))
    })
}

/// One site and whose it is.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_site(app: &App, right: &Right<ViewRegister>, id: i64) -> Result<(Site, Customer)> {
    app.store.read(|conn| {
        let site = sites::find_site(conn, right.scope(), id)?;
        let customer = customers::find_customer(conn, right.scope(), site.customer_id)?;
        Ok((site, customer))
    })
}

/// Adds a site to a customer.
///
/// # Errors
/// Not found; a conflict when the customer has a site of this name; an unknown time zone.
pub fn add_site(
    app: &App,
    right: &Right<EditRegister>,
    customer_id: i64,
    fields: &SiteFields,
) -> Result<i64> {
    check_time_zone(&fields.time_zone)?;
    app.store.write(right.actor(), |tx| {
        customers::find_customer(tx, right.scope(), customer_id)?;
        let id = sites::insert_site(tx, customer_id, fields)?;
        let event = Event::new("site", id, "added").of_customer(customer_id).change("name", "", &fields.name);
        Ok((id, vec![event]))
    })
}

/// Changes a site that was read at `version`.
///
/// # Errors
/// Not found, stale, or a conflict when the name is in use; an unknown time zone.
pub fn change_site(
    app: &App,
    right: &Right<EditRegister>,
    (id, version): (i64, i64),
    fields: &SiteFields,
) -> Result<()> {
    check_time_zone(&fields.time_zone)?;
    let rest = app.store.write(right.actor(), |tx| {
        let old = sites::find_site(tx, right.scope(), id)?;
        sites::update_site(tx, id, version, fields)?;
        let words = old.name != fields.name;
        // The name stands in the reason of an interval where a table is chosen.
        let named = words && store::presets::find_choice(tx, old.customer_id, Some(id))?.is_some();
        let dues = named || old.time_zone != fields.time_zone;
        let rest = ripple::start(tx, Ripple { under: Under::Site(id), words, dues })?;
        let event = Event::new("site", id, "changed")
            .of_customer(old.customer_id)
            .change("name", &old.name, &fields.name)
            .change("address", &old.address, &fields.address)
            .change("contact", &old.contact, &fields.contact)
            .change("access notes", &old.access_notes, &fields.access_notes)
            .change("time zone", &old.time_zone, &fields.time_zone)
            .change("rule set", &old.ruleset, &fields.ruleset)
            .change("rule set for repaired items", &old.repair_ruleset, &fields.repair_ruleset)
            .change("archived", old.archived, fields.archived);
        Ok::<_, Error>((rest, vec![event]))
    })?;
    ripple::finish(app, rest)
}

fn check_time_zone(name: &str) -> Result<()> {
    match name.parse::<chrono_tz::Tz>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::field(
            "time_zone",
            format!("\"{name}\" is not a known time zone; write it as Europe/London"),
        )),
    }
}
