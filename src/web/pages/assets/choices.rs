//! What can be chosen in the asset pages' lists: value and words.

use domain::code::Code;
use store::{AnyConnection, Scope};

use crate::error::{Error, Result};
use crate::web::forms::Form;

/// Values and the words shown for them.
pub type Choices = Vec<(String, String)>;

/// Every member of a closed list.
pub fn codes<T: Code>() -> Choices {
    T::ALL.iter().map(|code| (code.code().to_owned(), code.label().to_owned())).collect()
}

/// Where an asset may be said to be in its life.
pub fn lifecycles() -> Choices {
    use domain::asset::Lifecycle;
    let chosen = Lifecycle::ALL.iter().filter(|lifecycle| lifecycle.is_chosen());
    chosen.map(|code| (code.code().to_owned(), code.label().to_owned())).collect()
}

/// The customers within a scope.
///
/// # Errors
/// The store's.
pub fn customers(conn: &mut AnyConnection, scope: &Scope) -> Result<Choices> {
    let all = store::customers::list_customers(conn, scope)?;
    Ok(all.into_iter().map(|customer| (customer.id.to_string(), customer.name)).collect())
}

/// The sites within a scope, of one customer where one is chosen.
///
/// # Errors
/// The store's.
pub fn sites(conn: &mut AnyConnection, scope: &Scope, customer_id: Option<i64>) -> Result<Choices> {
    let all = store::sites::list_sites(conn, scope, customer_id)?;
    Ok(all.into_iter().map(|site| (site.id.to_string(), site.name)).collect())
}

/// The places of a site.
///
/// # Errors
/// The store's.
pub fn places(conn: &mut AnyConnection, scope: &Scope, site_id: i64) -> Result<Choices> {
    let all = store::places::list_places(conn, scope, site_id)?;
    Ok(all.into_iter().map(|place| (place.id.to_string(), place.path)).collect())
}

/// Every category.
///
/// # Errors
/// The store's.
pub fn categories(conn: &mut AnyConnection) -> Result<Choices> {
    let all = store::categories::list_categories(conn)?;
    Ok(all.into_iter().map(|category| (category.id.to_string(), category.name)).collect())
}

/// Each site of a customer and each place within it, as "site" or "site:place".
///
/// # Errors
/// The store's.
pub fn wheres(conn: &mut AnyConnection, scope: &Scope, customer_id: i64) -> Result<Choices> {
    let mut choices = vec![];
    for site in store::sites::list_sites(conn, scope, Some(customer_id))? {
        choices.push((site.id.to_string(), site.name.clone()));
        for place in store::places::list_places(conn, scope, site.id)? {
            choices.push((format!("{}:{}", site.id, place.id), format!("{} › {}", site.name, place.path)));
        }
    }
    Ok(choices)
}

/// The value of a place in [`wheres`].
pub fn where_value(site_id: i64, place_id: Option<i64>) -> String {
    place_id.map_or_else(|| site_id.to_string(), |place| format!("{site_id}:{place}"))
}

/// Reads what was chosen of [`wheres`].
///
/// # Errors
/// A field error when nothing was, or something else came.
pub fn read_where(form: &Form) -> Result<(i64, Option<i64>)> {
    let text = form.value("where");
    let wrong = || Error::field("where", "choose where it is");
    let (site, place) = match text.split_once(':') {
        Some((site, place)) => (site, Some(place.parse().map_err(|_| wrong())?)),
        None => (text, None),
    };
    Ok((site.parse().map_err(|_| wrong())?, place))
}
