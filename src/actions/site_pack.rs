//! The pack of a site: what a tester loads before a visit. Each asset in use with its place, the last test that counts
//! and what falls due, as a PATGuard sheet.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::permission::DownloadPapers;
use domain::standing::standing;
use exchange::tester::TestRecord;
use exchange::xlsx::Cell;
use store::assets::{Asset, list_in_use};
use store::categories::list_categories;
use store::dues::{DueRow, list_dues_of_assets};
use store::marks::marks_of_many;
use store::places::list_places;
use store::sites::Site;
use store::tests::{RecordedTest, find_numbered, histories};
use store::{AnyConnection, Right};

use crate::actions::dues::time_zone;
use crate::actions::output::{Format, Trouble};
use crate::actions::patguard::{Progress, Row, record_of, write_rows};
use crate::actions::test_walk::{find_sites, names_of};
use crate::app::App;
use crate::error::Result;

/// Assets read at a time.
const PAGE: i64 = 500;
/// The columns behind the sheet's own.
const BESIDE: [&str; 5] = ["Our Tag", "Status", "User Check Due", "Formal Visual Due", "Combined Test Due"];

/// Which assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The customer.
    pub customer_id: i64,
    /// One site of theirs, or all.
    pub site_id: Option<i64>,
    /// Only what falls due on this day or before.
    pub due_by: Option<NaiveDate>,
}

/// Writes the pack; gives how many assets are in it.
///
/// # Errors
/// Not found, also outside the scope; too large beyond `most`.
pub fn write_pack<W: Write>(
    app: &App,
    right: &Right<DownloadPapers>,
    asked: Asked,
    out: (Format, usize, W),
    progress: Progress,
) -> std::result::Result<usize, Trouble> {
    let (customer, sites) = find_sites(app, right, (asked.customer_id, asked.site_id))?;
    let rows = |each: crate::actions::patguard::Each| {
        for site in &sites {
            let ground = app.store.read(|conn| Ground::load(conn, right, &customer, site))?;
            let mut after: Option<(String, i64)> = None;
            loop {
                let page = app.store.read(|conn| ground.page(conn, right, (asked.due_by, after.as_ref())))?;
                after = page.next;
                page.rows.into_iter().try_for_each(&mut *each)?;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok::<_, Trouble>(())
    };
    write_rows(&rows, ("Site pack", &BESIDE), out, progress)
}

/// What is the same for all assets of a site.
struct Ground<'a> {
    customer: &'a str,
    site: &'a Site,
    zone: Tz,
    places: BTreeMap<i64, String>,
    categories: BTreeMap<i64, String>,
}

struct Page {
    rows: Vec<Row>,
    next: Option<(String, i64)>,
}

impl<'a> Ground<'a> {
    fn load(
        conn: &mut AnyConnection,
        right: &Right<DownloadPapers>,
        customer: &'a str,
        site: &'a Site,
    ) -> Result<Self> {
        let places = list_places(conn, right.scope(), site.id)?;
        let categories = list_categories(conn)?;
        Ok(Self {
            customer,
            site,
            zone: time_zone(&site.time_zone)?,
            places: places.into_iter().map(|place| (place.id, place.path)).collect(),
            categories: categories.into_iter().map(|one| (one.id, one.name)).collect(),
        })
    }

    fn page(
        &self,
        conn: &mut AnyConnection,
        right: &Right<DownloadPapers>,
        (due_by, after): (Option<NaiveDate>, Option<&(String, i64)>),
    ) -> Result<Page> {
        let all = list_in_use(conn, right.scope(), (self.site.id, after), PAGE)?;
        let full = i64::try_from(all.len()).unwrap_or(0) == PAGE;
        let next = all.last().filter(|_| full).map(|last| (last.description.clone(), last.id));
        let in_time = |asset: &Asset| due_by.is_none_or(|day| asset.due_on.is_some_and(|due| due <= day));
        let assets: Vec<Asset> = all.into_iter().filter(in_time).collect();
        let ids: Vec<i64> = assets.iter().map(|asset| asset.id).collect();
        let last = last_tests(conn, self.site.customer_id, &ids)?;
        let people: Vec<i64> = last.values().map(|test| test.row.person_id).collect();
        let names = names_of(conn, &people)?;
        let mut dues: HashMap<i64, Vec<DueRow>> = HashMap::new();
        for due in list_dues_of_assets(conn, &ids)? {
            dues.entry(due.asset_id).or_default().push(due);
        }
        let rows = assets.iter().map(|asset| {
            let test = last.get(&asset.id);
            let tester = test.and_then(|test| names.get(&test.row.person_id)).map_or("", String::as_str);
            let due = dues.get(&asset.id).map_or(&[][..], Vec::as_slice);
            self.row(asset, test.map(|test| (test, tester)), due)
        });
        Ok(Page { rows: rows.collect(), next })
    }

    /// The asset as it stands now, over what its last test found.
    fn row(&self, asset: &Asset, test: Option<(&RecordedTest, &str)>, dues: &[DueRow]) -> Row {
        let label = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
        let found = test.map(|(test, tester)| record_of(&test.evidence, (self.customer, self.zone), tester));
        let due = |kind: TestKind| dues.iter().find(|due| due.kind.0 == kind);
        let day = |kind: TestKind| due(kind).map_or(Cell::Empty, |due| Cell::Date(due.due_on));
        let months = due(TestKind::Combined).and_then(|due| u32::try_from(due.months).ok());
        let record = TestRecord {
            asset_code: asset.customer_number.clone().unwrap_or_else(|| asset.tag.clone()),
            customer: self.customer.to_owned(),
            site: self.site.name.clone(),
            location: asset.place_id.and_then(|id| self.places.get(&id)).cloned().unwrap_or_default(),
            description: asset.description.clone(),
            make: asset.make.clone(),
            model: asset.model.clone(),
            serial: asset.serial.clone(),
            equipment_class: label(asset.equipment_class.map(|class| class.0.label())),
            equipment_type: label(asset.equipment_type.map(|kind| kind.0.label())),
            category: self.categories.get(&asset.category_id).cloned().unwrap_or_default(),
            notes: asset.notes.clone(),
            retest_months: months.filter(|months| *months > 0),
            ..found.unwrap_or_default()
        };
        let beside = vec![
            Cell::text(&asset.tag),
            Cell::text(asset.status().label()),
            day(TestKind::UserCheck),
            day(TestKind::FormalVisual),
            day(TestKind::Combined),
        ];
        Row { record, tested: test.is_some(), beside }
    }
}

/// The last test that counts of each asset.
fn last_tests(conn: &mut AnyConnection, customer_id: i64, ids: &[i64]) -> Result<HashMap<i64, RecordedTest>> {
    let mut marks = marks_of_many(conn, ids)?;
    let histories = histories(conn, ids)?;
    let last = histories.iter().filter_map(|(id, history)| {
        let marks = marks.remove(id).unwrap_or_default();
        standing(history, &marks).last.map(|last| (last.sequence, *id))
    });
    // By the asset that it counts for, which need not be the one it was recorded of.
    let of: HashMap<i64, i64> = last.collect();
    let numbers: Vec<i64> = of.keys().copied().collect();
    let found = find_numbered(conn, customer_id, &numbers)?;
    Ok(found.into_iter().filter_map(|test| Some((*of.get(&test.row.seq)?, test))).collect())
}
