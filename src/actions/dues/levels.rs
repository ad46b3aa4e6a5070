//! The levels that state an interval for an asset, gathered: what it says itself, the signed assessments, the tables
//! chosen for its site and customer, the environment of its place, its category and the firm.

use domain::equipment::{Environment, TestKind};
use domain::interval::{ByHand, FirmIntervals, IntervalQuery, Level, Preset, Ruling, Says, choose_interval};
use domain::schedule::Intervals;
use store::assessments::{AssessmentRow, Stand, list_ruling_for};
use store::assets::Asset;
use store::categories::{self, Category};
use store::{AnyConnection, places, presets, settings};

use crate::error::Result;

/// The name of the setting that holds the firm's defaults.
pub const FIRM_INTERVALS: &str = "intervals";

/// All that may say how often an asset is inspected.
#[derive(Debug, Clone)]
pub struct Levels {
    asset: Asset,
    category: Category,
    environment: Option<(Environment, Preset)>,
    site: Option<(String, Preset)>,
    customer: Option<(String, Preset)>,
    /// The signed assessments that hold for it, the most specific first.
    pub assessments: Vec<AssessmentRow>,
    rulings: Vec<Ruling>,
    firm: FirmIntervals,
}

impl Levels {
    /// Gathers them for an asset that the caller has found within the scope.
    ///
    /// # Errors
    /// The store's.
    pub fn of(conn: &mut AnyConnection, asset: &Asset) -> Result<Self> {
        let around = match asset.place_id {
            Some(id) => places::place_and_above(conn, id)?,
            None => vec![],
        };
        let environment = around.iter().find_map(|place| place.environment).map(|place| place.0);
        let stand = Stand {
            customer_id: asset.customer_id,
            site_id: asset.site_id,
            places: around.iter().map(|place| place.id).collect(),
            environment,
            category_id: asset.category_id,
        };
        let assessments = list_ruling_for(conn, &stand)?;
        let ruling = |row: &AssessmentRow| Ok(Ruling { name: row.name(), rows: row.intervals()? });
        let rulings = assessments.iter().map(ruling).collect::<Result<Vec<_>>>()?;
        let (site, customer) = chosen(conn, asset)?;
        let environment = match environment {
            Some(place) => presets::find_table_of(conn, place)?.map(|table| (place, table)),
            None => None,
        };
        Ok(Self {
            asset: asset.clone(),
            category: categories::find_category(conn, asset.category_id)?,
            environment,
            site,
            customer,
            assessments,
            rulings,
            firm: settings::find_setting(conn, FIRM_INTERVALS)?.unwrap_or_default(),
        })
    }

    /// The interval of each kind.
    pub fn intervals(&self) -> Intervals {
        let of = |kind| {
            let (hand, category) = self.stored(kind);
            choose_interval(&self.query(kind, hand, category.as_ref()))
        };
        Intervals {
            user_check: of(TestKind::UserCheck),
            formal_visual: of(TestKind::FormalVisual),
            combined: of(TestKind::Combined),
        }
    }

    /// Every level that states something of a kind, the most specific first.
    pub fn stating(&self, kind: TestKind) -> Vec<Level> {
        let (hand, category) = self.stored(kind);
        self.query(kind, hand, category.as_ref()).levels()
    }

    /// The months that the asset itself has, and what its category says.
    fn stored(&self, kind: TestKind) -> (Option<i64>, Option<Says>) {
        let (asset, category) = (&self.asset, &self.category);
        let (hand, months) = match kind {
            TestKind::UserCheck => (asset.user_check_months, category.user_check_months),
            TestKind::FormalVisual => (asset.formal_visual_months, category.formal_visual_months),
            TestKind::Combined => (asset.combined_months, category.combined_months),
            TestKind::NewToService | TestKind::AfterRepair => (None, None),
        };
        (hand, Says::stored(months, &category.interval_reason))
    }

    fn query<'a>(
        &'a self,
        kind: TestKind,
        hand: Option<i64>,
        category: Option<&'a Says>,
    ) -> IntervalQuery<'a> {
        let reason = self.asset.interval_reason.as_str();
        let named = |chosen: &'a Option<(String, Preset)>| {
            chosen.as_ref().map(|(name, table)| (name.as_str(), table))
        };
        IntervalQuery {
            kind,
            equipment_class: self.asset.equipment_class.map(|class| class.0),
            equipment_type: self.asset.equipment_type.map(|item| item.0),
            by_hand: hand.map(|months| ByHand { months: u32::try_from(months).ok(), reason }),
            assessments: &self.rulings,
            site: named(&self.site),
            customer: named(&self.customer),
            environment: self.environment.as_ref().map(|(place, table)| (*place, table)),
            category: category.map(|says| (self.category.name.as_str(), says)),
            firm: self.firm.of(kind),
        }
    }
}

type Chosen = Option<(String, Preset)>;

/// The tables chosen for the site and for the customer of an asset, with their names.
fn chosen(conn: &mut AnyConnection, asset: &Asset) -> Result<(Chosen, Chosen)> {
    let (mut site, mut customer) = (None, None);
    for choice in presets::list_choices_for(conn, asset.customer_id, asset.site_id)? {
        let table = presets::find_table(conn, &choice.preset)?;
        let names = store::assets::names_of(conn, asset)?;
        match choice.site_id {
            Some(_) => site = Some((names.site, table)),
            None => customer = Some((names.customer, table)),
        }
    }
    Ok((site, customer))
}
