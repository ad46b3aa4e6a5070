//! A maker calls things back: from make, model and serial numbers to every such asset and where it is.

use std::collections::BTreeMap;

use domain::permission::ViewRegister;
use domain::recall::Serials;
use domain::search_text;
use store::Right;
use store::assets::list::{Filter, ListNames, ListedAsset, Order, list_assets};

use crate::app::App;
use crate::error::{Error, Result};

/// Assets looked through: a make and model with more is asked for piece by piece.
const MOST: usize = 50_000;
/// Assets read at a time.
const PAGE: usize = 500;

/// What the maker names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// Make.
    pub make: String,
    /// Model; all of the make where empty.
    pub model: String,
    /// Serial numbers.
    pub serials: Serials,
}

/// An asset that the maker may mean, and where it is.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The asset.
    pub asset: ListedAsset,
    /// Name of the customer.
    pub customer: String,
    /// Name of the site.
    pub site: String,
    /// Path of the place.
    pub place: String,
}

/// Every asset that a maker's notice means, within the reader's scope.
///
/// # Errors
/// A field error without a make; too large where more than 50,000 assets answer to make and model.
pub fn find_meant(app: &App, right: &Right<ViewRegister>, notice: &Notice) -> Result<Vec<Meant>> {
    if notice.make.trim().is_empty() {
        return Err(Error::field("make", "name the make"));
    }
    let words = search_text::query(&format!("{} {}", notice.make, notice.model));
    let filter = Filter { words, ..Filter::default() };
    app.store.read(|conn| {
        let (mut found, mut cursor, mut looked) = (vec![], None, 0);
        loop {
            let page = list_assets(conn, right.scope(), &filter, (Order::Newest, cursor, PAGE))?;
            looked += page.items.len();
            if looked > MOST {
                let words = format!("More than {MOST} assets answer to this; name the model too.");
                return Err(Error::TooLarge(words));
            }
            let meant: Vec<ListedAsset> =
                page.items.into_iter().filter(|asset| notice.means(asset)).collect();
            let names = ListNames::of(conn, &meant)?;
            found.extend(meant.into_iter().map(|asset| Meant {
                customer: ListNames::name(&names.customers, Some(asset.customer_id)).to_owned(),
                site: ListNames::name(&names.sites, Some(asset.site_id)).to_owned(),
                place: ListNames::name(&names.places, asset.place_id).to_owned(),
                asset,
            }));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        found.sort_by(|a, b| (&a.customer, &a.site, &a.place).cmp(&(&b.customer, &b.site, &b.place)));
        Ok(found)
    })
}

/// How many of them each customer has.
pub fn by_customer(meant: &[Meant]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in meant {
        *counts.entry(&one.customer).or_default() += 1;
    }
    counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect()
}

impl Notice {
    fn means(&self, asset: &ListedAsset) -> bool {
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let model = self.model.trim().is_empty() || same(&self.model, &asset.model);
        same(&self.make, &asset.make) && model && self.serials.hold(&asset.serial)
    }
}

/// The header of the list as CSV.
pub const CSV_HEADER: [&str; 10] = [
    "Tag",
    "Customer number",
    "Description",
    "Make",
    "Model",
    "Serial",
    "Customer",
    "Site",
    "Place",
    "Status",
];

/// A row as CSV that no spreadsheet runs.
pub fn csv_record(meant: &Meant) -> String {
    use domain::code::Code;
    let asset = &meant.asset;
    exchange::csv_write::record([
        asset.tag.as_str(),
        asset.customer_number.as_deref().unwrap_or_default(),
        &asset.description,
        &asset.make,
        &asset.model,
        &asset.serial,
        &meant.customer,
        &meant.site,
        &meant.place,
        asset.status().label(),
    ])
}
