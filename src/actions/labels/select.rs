//! Which assets get a label.

use domain::search_text;
use domain::tag::{Scan, fold, read};
use store::label_rows::find_tagged;
use store::search::{Facet, Index, Search, find_documents};
use store::{AnyConnection, Right, Scope};

use super::LeftOut;
use crate::actions::paths::find_path;
use crate::app::App;
use crate::error::{Error, Result};

/// At most so many labels at once: 477 sheets of 21.
pub const MOST_LABELS: usize = 10_000;

/// What somebody asks labels for: tags one by one, else whatever fits all the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Tags in any spelling.
    pub tags: Vec<String>,
    /// Words, as in the search of assets.
    pub query: String,
    /// A customer.
    pub customer: Option<i64>,
    /// A site.
    pub site: Option<i64>,
    /// A place and everything within it.
    pub place: Option<i64>,
}

impl Selection {
    /// Tags as people list them: separated by commas, semicolons or lines.
    pub fn of_tags(text: &str) -> Self {
        let tags = text.split([',', ';', '\n', '\r', '\t']).map(str::trim).filter(|tag| !tag.is_empty());
        Self { tags: tags.map(str::to_owned).collect(), ..Self::default() }
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The selection of everything under "Customer/Site/Place".
///
/// # Errors
/// Not found, naming the part.
pub fn select_path(
    app: &App,
    right: &Right<domain::permission::DownloadPapers>,
    path: &str,
) -> Result<Selection> {
    app.store.read(|conn| {
        let named = find_path(conn, right.scope(), path)?;
        Ok(Selection {
            customer: Some(named.customer.id),
            site: named.site.map(|site| site.id),
            place: named.place.map(|place| place.id),
            ..Selection::default()
        })
    })
}

/// The ids of the assets selected, and the tags that lead nowhere.
pub(super) fn select(
    conn: &mut AnyConnection,
    scope: &Scope,
    selection: &Selection,
) -> Result<(Vec<i64>, Vec<LeftOut>)> {
    if selection.is_empty() {
        return Err(Error::field(
            "tags",
            "choose what to label: tags, a search, a customer, a site or a place",
        ));
    }
    if !selection.tags.is_empty() {
        return by_tags(conn, scope, &selection.tags);
    }
    let ids = search(conn, scope, selection)?;
    if ids.len() > MOST_LABELS { Err(too_many()) } else { Ok((ids, vec![])) }
}

fn by_tags(conn: &mut AnyConnection, scope: &Scope, tags: &[String]) -> Result<(Vec<i64>, Vec<LeftOut>)> {
    if tags.len() > MOST_LABELS {
        return Err(too_many());
    }
    let found = find_tagged(conn, scope, tags)?;
    let mut ids: Vec<i64> = vec![];
    let mut left_out = vec![];
    for tag in tags {
        match (found.get(&fold(tag)), read(tag)) {
            (Some(id), _) => ids.push(*id),
            (None, scan) => {
                left_out.push(LeftOut { tag: tag.chars().take(40).collect(), why: unknown(&scan) })
            }
        }
    }
    // The same tag twice, or two tags of one asset, is one label.
    ids.sort_unstable();
    ids.dedup();
    Ok((ids, left_out))
}

fn unknown(scan: &Scan) -> String {
    match scan {
        Scan::WrongCheck { .. } => "its check character is wrong: read it again".to_owned(),
        _ => "there is no such tag, or it is not yours to see".to_owned(),
    }
}

fn search(conn: &mut AnyConnection, scope: &Scope, selection: &Selection) -> Result<Vec<i64>> {
    check_ground(conn, scope, selection)?;
    let words = search_text::query(&selection.query);
    if words.is_empty() && !selection.query.trim().is_empty() {
        return Ok(vec![]);
    }
    let chosen = [
        selection.customer.map(Facet::Customer),
        selection.site.map(Facet::Site),
        selection.place.map(Facet::Place),
    ];
    let mut facets: Vec<Vec<Facet>> = chosen.into_iter().flatten().map(|facet| vec![facet]).collect();
    match scope.customers() {
        Some([]) => return Ok(vec![]),
        Some(ids) => facets.push(ids.iter().map(|id| Facet::Customer(*id)).collect()),
        None => {}
    }
    let limit = i64::try_from(MOST_LABELS + 1).unwrap_or(i64::MAX);
    Ok(find_documents(conn, Index::Assets, &Search { words, any: false, facets }, (None, limit))?)
}

/// Whatever is outside the scope, or does not belong together, is not there.
fn check_ground(conn: &mut AnyConnection, scope: &Scope, selection: &Selection) -> Result<()> {
    let elsewhere = |noun: &str| Err(Error::NotFound(noun.to_owned()));
    if let Some(id) = selection.customer {
        store::customers::find_customer(conn, scope, id)?;
    }
    if let Some(id) = selection.site {
        let site = store::sites::find_site(conn, scope, id)?;
        if selection.customer.is_some_and(|customer| customer != site.customer_id) {
            return elsewhere("site of this customer");
        }
    }
    if let Some(id) = selection.place {
        let place = store::places::find_place(conn, scope, id)?;
        if selection.site.is_some_and(|site| site != place.site_id) {
            return elsewhere("place of this site");
        }
    }
    Ok(())
}

fn too_many() -> Error {
    Error::TooLarge(format!(
        "These are more than {MOST_LABELS} labels; choose a site, a place or a search for fewer."
    ))
}
