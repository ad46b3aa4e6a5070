//! Sites: where a customer's things are. Due dates count by a site's local date.

use diesel::prelude::*;
use domain::ruleset_choice::RuleSetting;

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::sites;
use crate::{Tx, in_scope};

/// A site.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = sites)]
pub struct Site {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// The person to ask for.
    pub contact: String,
    /// What to know before travelling there.
    pub access_notes: String,
    /// IANA name of the time zone, by which due dates count.
    pub time_zone: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version for concurrent edits.
    pub version: i64,
    /// Code of the rule set by which tests are judged here; blank for the customer's.
    pub ruleset: String,
    /// Code of the rule set by which a failed item returns to service; blank where it follows.
    pub repair_ruleset: String,
}

impl Site {
    /// What it sets of rule sets.
    pub fn rules(&self) -> RuleSetting<'_> {
        RuleSetting { ruleset: &self.ruleset, repair_ruleset: &self.repair_ruleset }
    }
}

/// What people fill in of a site.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = sites)]
pub struct SiteFields {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// The person to ask for.
    pub contact: String,
    /// What to know before travelling there.
    pub access_notes: String,
    /// IANA name of the time zone, by which due dates count.
    pub time_zone: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Code of the rule set by which tests are judged here; blank for the customer's.
    pub ruleset: String,
    /// Code of the rule set by which a failed item returns to service; blank where it follows.
    pub repair_ruleset: String,
}

/// The sites within a scope, by name; of one customer where one is given.
///
/// # Errors
/// The database's.
pub fn list_sites(conn: &mut AnyConnection, scope: &Scope, customer_id: Option<i64>) -> Result<Vec<Site>> {
    let mut query = in_scope!(Site::query().into_boxed(), scope, sites::customer_id);
    if let Some(id) = customer_id {
        query = query.filter(sites::customer_id.eq(id));
    }
    Ok(query.order((sites::customer_id, sites::name)).load(conn)?)
}

/// Finds a site.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_site(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Site> {
    let query = in_scope!(Site::query().into_boxed(), scope, sites::customer_id);
    query.filter(sites::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("site"))
}

/// Finds a customer's site by its name.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_site_by_name(
    conn: &mut AnyConnection,
    scope: &Scope,
    customer_id: i64,
    name: &str,
) -> Result<Site> {
    let query = in_scope!(Site::query().into_boxed(), scope, sites::customer_id);
    let query = query.filter(sites::customer_id.eq(customer_id).and(sites::name.eq(name)));
    query.first(conn).optional()?.ok_or(Error::NotFound("site"))
}

/// Adds a site to a customer that the caller has found within the scope.
///
/// # Errors
/// [`Error::Taken`] when the customer has a site of this name.
pub fn insert_site(tx: &mut Tx, customer_id: i64, fields: &SiteFields) -> Result<i64> {
    let insert = diesel::insert_into(sites::table)
        .values((fields, sites::customer_id.eq(customer_id)))
        .returning(sites::id)
        .get_result(&mut **tx);
    taken(insert, || format!("this customer has a site \"{}\" already", fields.name))
}

/// Changes a site that the caller has found within the scope.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_site(tx: &mut Tx, id: i64, version: i64, fields: &SiteFields) -> Result<()> {
    let target = sites::table.filter(sites::id.eq(id).and(sites::version.eq(version)));
    let update = diesel::update(target).set((fields, sites::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || format!("this customer has a site \"{}\" already", fields.name))? {
        0 => Err(Error::Stale("site")),
        _ => Ok(()),
    }
}
