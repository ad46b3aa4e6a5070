//! Customers: whose sites, assets and evidence they are.

use diesel::prelude::*;
use domain::ruleset_choice::RuleSetting;

use crate::access::Scope;
use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::customers;
use crate::types::Moment;
use crate::{Tx, ledger};

/// A customer.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = customers)]
pub struct Customer {
    /// Id.
    pub id: i64,
    /// Name, unique in the installation.
    pub name: String,
    /// The person to talk to.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// Notes.
    pub notes: String,
    /// Code of the rule set by which tests are judged.
    pub ruleset: String,
    /// Whether the duty holder asked in writing for the next date on labels.
    pub label_next_due: bool,
    /// Whether the customer is no longer served.
    pub archived: bool,
    /// When the customer was added.
    pub created_at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
    /// Code of the language of papers; blank where it follows from the rule set.
    pub language: String,
    /// Code of the rule set by which a failed item returns to service; blank where it follows from the other.
    pub repair_ruleset: String,
    /// Whether anybody who scans a label may report a fault.
    pub public_reports: bool,
}

impl Customer {
    /// What it sets of rule sets.
    pub fn rules(&self) -> RuleSetting<'_> {
        RuleSetting { ruleset: &self.ruleset, repair_ruleset: &self.repair_ruleset }
    }
}

/// What people fill in of a customer.
#[derive(Debug, Clone, Default, Insertable, AsChangeset)]
#[diesel(table_name = customers)]
pub struct CustomerFields {
    /// Name, unique in the installation.
    pub name: String,
    /// The person to talk to.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Postal address.
    pub address: String,
    /// Notes.
    pub notes: String,
    /// Code of the rule set by which tests are judged; none keeps the one there is, or the usual one.
    pub ruleset: Option<String>,
    /// Code of the language of papers; blank where it follows from the rule set.
    pub language: String,
    /// Code of the rule set by which a failed item returns to service; blank where it follows from the other.
    pub repair_ruleset: String,
    /// Whether the duty holder asked in writing for the next date on labels.
    pub label_next_due: bool,
    /// Whether the customer is no longer served.
    pub archived: bool,
    /// Whether anybody who scans a label may report a fault.
    pub public_reports: bool,
}

/// Keeps a boxed query to a scope: `in_scope!(query, scope, table::customer_id)`.
#[macro_export]
macro_rules! in_scope {
    ($query:expr, $scope:expr, $column:expr) => {
        match $scope.customers() {
            None => $query,
            Some(ids) => $query.filter($column.eq_any(ids.to_vec())),
        }
    };
}

/// The customers within a scope, by name.
///
/// # Errors
/// The database's.
pub fn list_customers(conn: &mut AnyConnection, scope: &Scope) -> Result<Vec<Customer>> {
    let query = in_scope!(Customer::query().into_boxed(), scope, customers::id);
    Ok(query.order(customers::name).load(conn)?)
}

/// Finds a customer.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_customer(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Customer> {
    let query = in_scope!(Customer::query().into_boxed(), scope, customers::id);
    query.filter(customers::id.eq(id)).first(conn).optional()?.ok_or(Error::NotFound("customer"))
}

/// Finds a customer by name.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_customer_by_name(conn: &mut AnyConnection, scope: &Scope, name: &str) -> Result<Customer> {
    let query = in_scope!(Customer::query().into_boxed(), scope, customers::id);
    query.filter(customers::name.eq(name)).first(conn).optional()?.ok_or(Error::NotFound("customer"))
}

/// Adds a customer and opens its ledger.
///
/// # Errors
/// [`Error::Taken`] when the name is in use.
pub fn insert_customer(tx: &mut Tx, fields: &CustomerFields) -> Result<i64> {
    let now = Moment::from(tx.now);
    let insert = diesel::insert_into(customers::table)
        .values((fields, customers::created_at.eq(now)))
        .returning(customers::id)
        .get_result(&mut **tx);
    let id = taken(insert, || format!("there is a customer \"{}\" already", fields.name))?;
    ledger::open_chain(tx, id)?;
    Ok(id)
}

/// Changes a customer.
///
/// # Errors
/// [`Error::Stale`] when it was changed meanwhile, [`Error::Taken`] when the name is in use.
pub fn update_customer(tx: &mut Tx, id: i64, version: i64, fields: &CustomerFields) -> Result<()> {
    let target = customers::table.filter(customers::id.eq(id).and(customers::version.eq(version)));
    let update = diesel::update(target).set((fields, customers::version.eq(version + 1))).execute(&mut **tx);
    match taken(update, || format!("there is a customer \"{}\" already", fields.name))? {
        0 => Err(Error::Stale("customer")),
        _ => Ok(()),
    }
}
