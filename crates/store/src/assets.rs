//! Assets: the things on the register.

mod fields;
mod index;
pub mod list;
mod names;

pub use index::{index_all, reindex_asset, reindex_assets, search_facets, search_words};
pub use names::{AssetNames, Part, list_parts, names_of};

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::asset::{Lifecycle, Status};
use domain::equipment::{EquipmentClass, EquipmentType};
use domain::quantity::Decimal;
use domain::subject::Subject;
use domain::verdict::Verdict;

use crate::access::Scope;
use crate::each_backend;
use crate::error::{Error, Result, taken};
use crate::history_links::home_of;
use crate::portable::AnyConnection;
use crate::schema::{assets, tags};
use crate::types::{Coded, Json, Moment};
use crate::{Tx, in_scope};

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = assets)]
pub struct Asset {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub customer_id: i64,
    /// The site.
    pub site_id: i64,
    /// The place within the site.
    pub place_id: Option<i64>,
    /// The asset it belongs to, such as the appliance of a detachable lead.
    pub parent_id: Option<i64>,
    /// The category.
    pub category_id: i64,
    /// The model.
    pub model_id: Option<i64>,
    /// The active tag, as printed.
    pub tag: String,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Equipment class.
    pub equipment_class: Option<Coded<EquipmentClass>>,
    /// Equipment type.
    pub equipment_type: Option<Coded<EquipmentType>>,
    /// Rated power in milliwatts.
    pub rated_power_mw: Option<i64>,
    /// Rated current in milliamps.
    pub rated_current_ma: Option<i64>,
    /// Fuse in milliamps.
    pub fuse_ma: Option<i64>,
    /// Plug.
    pub plug: String,
    /// Length of the lead in millimetres.
    pub lead_length_mm: Option<i64>,
    /// Conductor size in thousandths of a square millimetre.
    pub conductor_milli_mm2: Option<i64>,
    /// Number of sockets.
    pub sockets: Option<i64>,
    /// Rated residual current of a fitted RCD in milliamps.
    pub rcd_ma: Option<i64>,
    /// Whether it has a heating element.
    pub heating: bool,
    /// Whether it has surge suppressors.
    pub surge_suppressors: bool,
    /// Whether it has accessible metal that is not earthed.
    pub unearthed_metal: bool,
    /// Whether the plug can be rewired.
    pub rewirable_plug: bool,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Why it is locked, if it is.
    pub lock_cause: Option<String>,
    /// Since when it is locked.
    pub locked_at: Option<Moment>,
    /// Verdict of the last test.
    pub last_verdict: Option<Coded<Verdict>>,
    /// When it was last tested.
    pub last_tested_at: Option<Moment>,
    /// Interval set by hand, in months.
    pub user_check_months: Option<i64>,
    /// Interval set by hand, in months.
    pub formal_visual_months: Option<i64>,
    /// Interval set by hand, in months.
    pub combined_months: Option<i64>,
    /// Why intervals were set by hand.
    pub interval_reason: String,
    /// The first day on which something falls due.
    pub due_on: Option<NaiveDate>,
    /// Who has it now.
    pub custodian: String,
    /// When it was put in service.
    pub in_service_on: NaiveDate,
    /// When it was bought.
    pub purchased_on: Option<NaiveDate>,
    /// What it cost, in the smallest unit of the currency.
    pub cost_pence: Option<i64>,
    /// Supplier.
    pub supplier: String,
    /// Last day of the warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Notes.
    pub notes: String,
    /// Custom fields by name.
    pub custom: Json<BTreeMap<String, String>>,
    /// The closed asset of another customer that this one was.
    pub transferred_from: Option<i64>,
    /// When it was registered.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Version for concurrent edits.
    pub version: i64,
}

/// What people fill in of an asset. Its tag, lock, verdict and due date are never typed.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = assets, treat_none_as_null = true)]
pub struct AssetFields {
    /// The site.
    pub site_id: i64,
    /// The place within the site.
    pub place_id: Option<i64>,
    /// The asset it belongs to, such as the appliance of a detachable lead.
    pub parent_id: Option<i64>,
    /// The category.
    pub category_id: i64,
    /// The model.
    pub model_id: Option<i64>,
    /// The customer's own number.
    pub customer_number: Option<String>,
    /// What it is.
    pub description: String,
    /// Make.
    pub make: String,
    /// Model.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Equipment class.
    pub equipment_class: Option<Coded<EquipmentClass>>,
    /// Equipment type.
    pub equipment_type: Option<Coded<EquipmentType>>,
    /// Rated power in milliwatts.
    pub rated_power_mw: Option<i64>,
    /// Rated current in milliamps.
    pub rated_current_ma: Option<i64>,
    /// Fuse in milliamps.
    pub fuse_ma: Option<i64>,
    /// Plug.
    pub plug: String,
    /// Length of the lead in millimetres.
    pub lead_length_mm: Option<i64>,
    /// Conductor size in thousandths of a square millimetre.
    pub conductor_milli_mm2: Option<i64>,
    /// Number of sockets.
    pub sockets: Option<i64>,
    /// Rated residual current of a fitted RCD in milliamps.
    pub rcd_ma: Option<i64>,
    /// Whether it has a heating element.
    pub heating: bool,
    /// Whether it has surge suppressors.
    pub surge_suppressors: bool,
    /// Whether it has accessible metal that is not earthed.
    pub unearthed_metal: bool,
    /// Whether the plug can be rewired.
    pub rewirable_plug: bool,
    /// Where it is in its life.
    pub lifecycle: Coded<Lifecycle>,
    /// Interval set by hand, in months.
    pub user_check_months: Option<i64>,
    /// Interval set by hand, in months.
    pub formal_visual_months: Option<i64>,
    /// Interval set by hand, in months.
    pub combined_months: Option<i64>,
    /// Why intervals were set by hand.
    pub interval_reason: String,
    /// When it was put in service.
    pub in_service_on: NaiveDate,
    /// When it was bought.
    pub purchased_on: Option<NaiveDate>,
    /// What it cost, in the smallest unit of the currency.
    pub cost_pence: Option<i64>,
    /// Supplier.
    pub supplier: String,
    /// Last day of the warranty.
    pub warranty_until: Option<NaiveDate>,
    /// Notes.
    pub notes: String,
    #[diesel(serialize_as = String)]
    /// Custom fields by name.
    pub custom: Json<BTreeMap<String, String>>,
}

impl AssetFields {
    /// What is tested, as an item of this class and type.
    pub fn subject_as(&self, class: EquipmentClass, kind: EquipmentType) -> Subject {
        let decimal = |thousandths: Option<i64>| thousandths.and_then(Decimal::from_thousandths);
        Subject {
            conductor_mm2: decimal(self.conductor_milli_mm2),
            lead_length_m: decimal(self.lead_length_mm),
            rated_power_w: decimal(self.rated_power_mw),
            rated_current_a: decimal(self.rated_current_ma),
            heating: self.heating,
            surge_suppressors: self.surge_suppressors,
            sockets: self.sockets.and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
            rcd_ma: self.rcd_ma.and_then(|ma| u32::try_from(ma).ok()).map(Decimal::from_whole),
            unearthed_metal: self.unearthed_metal,
            rewirable_plug: self.rewirable_plug,
            ..Subject::new(class, kind)
        }
    }

    /// An asset of a category of which nothing else is known, put in service on a day.
    pub fn blank(category_id: i64, in_service_on: NaiveDate) -> Self {
        Self {
            site_id: 0,
            place_id: None,
            parent_id: None,
            category_id,
            model_id: None,
            customer_number: None,
            description: String::new(),
            make: String::new(),
            model: String::new(),
            serial: String::new(),
            equipment_class: None,
            equipment_type: None,
            rated_power_mw: None,
            rated_current_ma: None,
            fuse_ma: None,
            plug: String::new(),
            lead_length_mm: None,
            conductor_milli_mm2: None,
            sockets: None,
            rcd_ma: None,
            heating: false,
            surge_suppressors: false,
            unearthed_metal: false,
            rewirable_plug: false,
            lifecycle: Coded(Lifecycle::InService),
            user_check_months: None,
            formal_visual_months: None,
            combined_months: None,
            interval_reason: String::new(),
            in_service_on,
            purchased_on: None,
            cost_pence: None,
            supplier: String::new(),
            warranty_until: None,
            notes: String::new(),
            custom: Json(BTreeMap::new()),
        }
    }
}

impl Asset {
    /// What people are shown: the lock wherever one stands.
    pub fn status(&self) -> Status {
        Status::of(self.lifecycle.0, self.lock_cause.is_some())
    }

    /// What is tested; none while class or type are not known, since nothing can pass then.
    pub fn subject(&self) -> Option<Subject> {
        let (subject, unknown) = self.subject_or_strictest();
        unknown.is_empty().then_some(subject)
    }

    /// What is tested, and what of class and type is not known and was taken to be the strictest.
    pub fn subject_or_strictest(&self) -> (Subject, Vec<&'static str>) {
        let (known, unknown) =
            Subject::strictest(self.equipment_class.map(|c| c.0), self.equipment_type.map(|t| t.0));
        (self.fields().subject_as(known.equipment_class, known.equipment_type), unknown)
    }
}

/// Finds an asset.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_asset(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Asset> {
    let row: Option<Asset> =
        each_backend!(conn, c => Asset::query().filter(assets::id.eq(id)).first(c).optional())?;
    row.filter(|asset| scope.holds(asset.customer_id)).ok_or(Error::NotFound("asset"))
}

/// Finds the asset that a folded tag leads to, retired tags included: an old label still tells what it is on.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope: a foreign tag looks like an unknown one.
pub fn find_asset_by_tag(conn: &mut AnyConnection, scope: &Scope, folded: &str) -> Result<Asset> {
    let id: Option<Option<i64>> =
        tags::table.filter(tags::folded.eq(folded)).select(tags::asset_id).first(conn).optional()?;
    let id = id.flatten().ok_or(Error::NotFound("asset"))?;
    find_home(conn, scope, id)
}

/// Finds an asset, or the one that it was merged into.
///
/// # Errors
/// [`Error::NotFound`] when there is none, or none within the scope.
pub fn find_home(conn: &mut AnyConnection, scope: &Scope, id: i64) -> Result<Asset> {
    let asset = find_asset(conn, scope, id)?;
    match asset.lifecycle.0 {
        Lifecycle::Merged => {
            let home = home_of(conn, id)?;
            find_asset(conn, scope, home)
        }
        _ => Ok(asset),
    }
}

/// The assets of a scope that bear one of these serial numbers, each with its own.
///
/// # Errors
/// The database's.
pub fn list_by_serials(
    conn: &mut AnyConnection,
    scope: &Scope,
    serials: &[String],
) -> Result<Vec<(String, i64)>> {
    if serials.is_empty() {
        return Ok(vec![]);
    }
    let query = assets::table.select((assets::serial, assets::id)).into_boxed();
    let query = in_scope!(query, scope, assets::customer_id);
    let query =
        query.filter(assets::serial.eq_any(serials).and(assets::lifecycle.ne(Coded(Lifecycle::Merged))));
    Ok(query.load(conn)?)
}

/// The assets that carry a customer's own number, or that the one which does was merged into; more than one where
/// several customers use it.
///
/// # Errors
/// The database's.
pub fn find_assets_by_number(conn: &mut AnyConnection, scope: &Scope, number: &str) -> Result<Vec<Asset>> {
    let query = in_scope!(Asset::query().into_boxed(), scope, assets::customer_id);
    // Scanners and keyboards change case; the index knows only the spelling stored.
    let spellings = vec![number.to_owned(), number.to_uppercase(), number.to_lowercase()];
    let query = query.filter(assets::customer_number.eq_any(spellings)).order(assets::id).limit(50);
    let mut found: Vec<Asset> = vec![];
    for asset in query.load::<Asset>(conn)? {
        let merged = asset.lifecycle.0 == Lifecycle::Merged;
        let asset = if merged { find_home(conn, scope, asset.id)? } else { asset };
        if found.iter().all(|known| known.id != asset.id) {
            found.push(asset);
        }
    }
    Ok(found)
}

/// The assets of a site that are neither disposed of, lost nor merged into another, by description, behind one of that description and id.
///
/// # Errors
/// The database's.
pub fn list_in_use(
    conn: &mut AnyConnection,
    scope: &Scope,
    (site_id, after): (i64, Option<&(String, i64)>),
    limit: i64,
) -> Result<Vec<Asset>> {
    let mut query = in_scope!(Asset::query().into_boxed(), scope, assets::customer_id);
    let gone = [Lifecycle::Disposed, Lifecycle::Lost, Lifecycle::Merged].map(Coded);
    query = query.filter(assets::site_id.eq(site_id).and(assets::lifecycle.ne_all(gone)));
    if let Some((description, id)) = after {
        let same = assets::description.eq(description.clone()).and(assets::id.gt(*id));
        query = query.filter(assets::description.gt(description.clone()).or(same));
    }
    Ok(query.order((assets::description, assets::id)).limit(limit).load(conn)?)
}

/// Adds an asset under a printed tag; the caller has made sure that place, site and customer belong together,
/// and the keys refuse it otherwise. The tag's own row is [`crate::tags::insert_tag`]'s.
///
/// # Errors
/// [`Error::Taken`] when the customer's number is in use.
pub fn insert_asset(tx: &mut Tx, customer_id: i64, tag: &str, fields: AssetFields) -> Result<i64> {
    let now = Moment::from(tx.now);
    let number = fields.customer_number.clone();
    let row = (
        fields,
        assets::customer_id.eq(customer_id),
        assets::tag.eq(tag),
        assets::created_at.eq(now),
        assets::updated_at.eq(now),
    );
    let insert = each_backend!(&mut **tx, c => {
        diesel::insert_into(assets::table).values(row).returning(assets::id).get_result(c)
    });
    taken(insert, || number_taken(number))
}

/// Changes what people fill in; its plans follow it to another site.
///
/// # Errors
/// [`Error::Stale`] when the asset was changed meanwhile, [`Error::Taken`] when the customer's number is in use.
pub fn update_asset(tx: &mut Tx, id: i64, version: i64, fields: AssetFields) -> Result<()> {
    let (now, site_id) = (Moment::from(tx.now), fields.site_id);
    let number = fields.customer_number.clone();
    let target = assets::table.filter(assets::id.eq(id).and(assets::version.eq(version)));
    let update = diesel::update(target)
        .set((fields, assets::updated_at.eq(now), assets::version.eq(version + 1)))
        .execute(&mut **tx);
    match taken(update, || number_taken(number))? {
        0 => Err(Error::Stale("asset")),
        _ => crate::plans::follow_asset(tx, id, site_id),
    }
}

/// Makes another code the one that an asset goes by.
///
/// # Errors
/// [`Error::Stale`] when the asset was changed meanwhile.
pub fn update_tag(tx: &mut Tx, asset: &Asset, code: &str) -> Result<()> {
    let now = Moment::from(tx.now);
    let target = assets::table.filter(assets::id.eq(asset.id).and(assets::version.eq(asset.version)));
    let set = (assets::tag.eq(code), assets::updated_at.eq(now), assets::version.eq(asset.version + 1));
    match diesel::update(target).set(set).execute(&mut **tx)? {
        0 => Err(Error::Stale("asset")),
        _ => Ok(()),
    }
}

fn number_taken(number: Option<String>) -> String {
    format!("this customer has an asset with the number \"{}\" already", number.unwrap_or_default())
}
