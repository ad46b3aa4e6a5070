//! People: the one erasable table that says who a `person_id` is.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result, taken};
use crate::portable::AnyConnection;
use crate::schema::people;
use crate::types::Moment;

/// A person.
#[derive(Debug, Clone, HasQuery, Identifiable)]
#[diesel(table_name = people)]
pub struct Person {
    /// The id that evidence carries.
    pub id: i64,
    /// Salt of the commitment, erased with the person.
    pub salt: String,
    /// Full name.
    pub name: String,
    /// Mail address, lower case.
    pub email: Option<String>,
    /// Initials for labels.
    pub initials: String,
    /// Qualification as printed on certificates.
    pub qualification: String,
    /// PNG of the signature.
    pub signature: Option<Vec<u8>>,
    /// When the person was erased.
    pub erased_at: Option<Moment>,
    /// Version for concurrent edits.
    pub version: i64,
}

impl Person {
    /// What evidence says of a person: a salted hash, which the salt's erasure makes mute.
    pub fn commitment(&self) -> String {
        let mut sha = Sha256::new();
        for part in [&self.salt, &self.name, &self.initials, &self.qualification] {
            sha.update(part.as_bytes());
            sha.update([0]);
        }
        crate::ledger::hex(&sha.finalize())
    }
}

/// A person to be added.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = people)]
pub struct NewPerson {
    /// Random salt.
    pub salt: String,
    /// Full name.
    pub name: String,
    /// Mail address, lower case.
    pub email: Option<String>,
    /// Initials for labels.
    pub initials: String,
    /// Qualification as printed on certificates.
    pub qualification: String,
}

/// Finds a person.
///
/// # Errors
/// The database's.
pub fn find_person(conn: &mut AnyConnection, id: i64) -> Result<Option<Person>> {
    Ok(Person::query().find(id).first(conn).optional()?)
}

/// The names of people.
///
/// # Errors
/// The database's.
pub fn list_names(conn: &mut AnyConnection, ids: &[i64]) -> Result<Vec<(i64, String)>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    Ok(people::table.filter(people::id.eq_any(ids)).select((people::id, people::name)).load(conn)?)
}

/// Adds a person.
///
/// # Errors
/// [`Error::Taken`] when somebody has this mail address.
pub fn insert_person(conn: &mut AnyConnection, person: &NewPerson) -> Result<Person> {
    let insert = diesel::insert_into(people::table).values(person).returning(people::id).get_result(conn);
    let id: i64 = taken(insert, || "somebody has this mail address already".to_owned())?;
    find_person(conn, id)?.ok_or(Error::NotFound("person"))
}

/// What people fill in of a person.
#[derive(Debug, Clone, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = people, treat_none_as_null = true)]
pub struct PersonFields {
    /// Full name.
    pub name: String,
    /// Mail address, lower case.
    pub email: Option<String>,
    /// Initials for labels.
    pub initials: String,
    /// Qualification as printed on certificates.
    pub qualification: String,
}

/// Changes a person.
///
/// # Errors
/// [`Error::Stale`] when the person was changed meanwhile, [`Error::Taken`] when somebody has this mail address.
pub fn update_person(conn: &mut AnyConnection, id: i64, version: i64, fields: &PersonFields) -> Result<()> {
    let target = people::table.filter(people::id.eq(id).and(people::version.eq(version)));
    let update = diesel::update(target).set((fields, people::version.eq(version + 1))).execute(conn);
    match taken(update, || "somebody has this mail address already".to_owned())? {
        0 => Err(Error::Stale("person")),
        _ => Ok(()),
    }
}

/// Sets or removes the PNG of a person's signature.
///
/// # Errors
/// The database's.
pub fn update_signature(conn: &mut AnyConnection, id: i64, png: Option<&[u8]>) -> Result<()> {
    let png = png.map(<[u8]>::to_vec);
    diesel::update(people::table.find(id)).set(people::signature.eq(png)).execute(conn)?;
    Ok(())
}
