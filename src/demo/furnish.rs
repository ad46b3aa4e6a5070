//! The firm of the demo at work: contracts, rates, parts, planned work, appointments, reports, quotes, a guide.
//!
//! All of it goes through the program's own actions, as people would do it, after [`build`](super::build). Secrets and
//! ids of theirs come from the system's chance, so that this, unlike the built past, is not the same each time.

mod agreements;
mod repairs;
mod stock;
mod work;

use chrono::NaiveDate;
use domain::job::JobState;
use store::Actor;
use store::customers::{Customer, list_customers};
use store::jobs::Job;
use store::jobs::queue::{Filter, Order, list_jobs};
use store::users::{act_for, find_user_by_email};

use super::furniture::Furniture;
use super::organisation::Organisation;
use crate::app::App;
use crate::error::{Error, Result};

/// Who furnishes, and with what.
struct Room<'a> {
    app: &'a App,
    manager: Actor,
    engineer: Actor,
    customers: Vec<Customer>,
    furniture: Furniture,
}

/// Furnishes the firm of a demo that was just built.
///
/// # Errors
/// The actions'.
pub fn furnish(app: &App) -> Result<()> {
    let organisation = Organisation::shipped().map_err(Error::Internal)?;
    let furniture = Furniture::shipped().map_err(Error::Internal)?;
    let (manager, engineer) = (log_in(app, "manager")?, log_in(app, "engineer")?);
    let known = app.store.read(|conn| list_customers(conn, manager.scope()))?;
    // In the order of the organisation, not by name.
    let customers = organisation.customer.iter();
    let customers =
        customers.filter_map(|one| known.iter().find(|known| known.name == one.name).cloned()).collect();
    let room = Room { app, manager, engineer, customers, furniture };
    agreements::make(&room)?;
    stock::fill(&room)?;
    work::plan(&room)?;
    work::book(&room)?;
    stock::use_some(&room)?;
    repairs::quote(&room)?;
    repairs::learn(&room)?;
    repairs::report(&room)
}

/// Somebody of the demo, by the first half of their address.
fn log_in(app: &App, name: &str) -> Result<Actor> {
    let email = format!("{name}@demo.example");
    let found = app.store.read(|conn| match find_user_by_email(conn, &email)? {
        Some((user, _)) => act_for(conn, user.person_id),
        None => Ok(None),
    })?;
    found.ok_or_else(|| Error::Internal(format!("the demo has no {email}")))
}

impl Room<'_> {
    fn today(&self) -> NaiveDate {
        self.app.now().date_naive()
    }

    /// The latest jobs in some states, open ones where none is named.
    fn jobs(&self, states: &[JobState], most: i64) -> Result<Vec<Job>> {
        let filter = Filter { states: states.to_vec(), ..Filter::default() };
        let list = |conn: &mut store::AnyConnection| {
            list_jobs(conn, self.manager.scope(), &filter, Order::Newest, (0, most))
        };
        Ok(self.app.store.read(list)?.into_iter().map(|line| line.job).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_furniture_is_sound() {
        let furniture = Furniture::shipped().unwrap();
        let low = furniture.part.iter().filter(|part| part.store <= part.level).count();
        assert_eq!((furniture.part.len(), low), (15, 2));
        let dangerous = furniture.report.iter().filter(|report| report.symptom.is_dangerous()).count();
        assert_eq!(furniture.report.len() - dangerous, 3);
        let categories: Vec<&str> =
            crate::demo::catalogue::items().iter().map(|item| item.name.as_str()).collect();
        for name in furniture.part.iter().flat_map(|part| &part.fits) {
            assert!(categories.contains(&name.as_str()), "{name}");
        }
    }
}
