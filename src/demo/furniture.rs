//! What the furnished firm has, read from `furniture.toml`.

use domain::fault::Symptom;
use serde::Deserialize;
use store::suppliers::SupplierFields;

/// The file `furniture.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Furniture {
    /// Suppliers beside those that repair.
    pub supplier: Vec<Supplier>,
    /// Parts.
    pub part: Vec<Part>,
    /// Planned work.
    pub plan: Vec<Planned>,
    /// Fault reports.
    pub report: Vec<Reported>,
}

/// A supplier.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supplier {
    /// Name.
    pub name: String,
    contact: String,
    email: String,
    phone: String,
    account_number: String,
}

impl Supplier {
    /// As people fill it in.
    pub fn fields(&self) -> SupplierFields {
        SupplierFields {
            name: self.name.clone(),
            contact: self.contact.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            account_number: self.account_number.clone(),
            ..SupplierFields::default()
        }
    }
}

/// A part, and how many there are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Number.
    pub number: String,
    /// What it is.
    pub description: String,
    /// Who makes it.
    pub maker: String,
    /// Where it is bought.
    pub supplier: String,
    /// What one costs, in pence.
    pub cost_pence: i64,
    /// Months of warranty.
    pub warranty_months: Option<i64>,
    /// What its serial numbers begin with; none where pieces have none.
    pub serial: Option<String>,
    /// What is counted.
    #[serde(default = "each")]
    pub unit: String,
    /// The categories whose models it fits.
    pub fits: Vec<String>,
    /// How many are received in the store.
    pub store: i64,
    /// How many are received in the van.
    pub van: i64,
    /// From how few on it is ordered.
    pub level: i64,
    /// Up to how many.
    pub to: i64,
}

fn each() -> String {
    "each".to_owned()
}

/// Planned work at a site.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The site's name.
    pub site: String,
    /// The category's name.
    pub category: String,
    /// What is done.
    pub title: String,
    /// Code of the checklist.
    pub checklist: String,
    /// Months between two.
    pub every_months: u32,
    /// The next one, in days from today.
    pub due: i64,
    /// How long it takes.
    pub minutes: i64,
}

/// What somebody reports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// What they choose.
    pub symptom: Symptom,
    /// What they write.
    pub words: String,
    /// Where it is.
    pub place: String,
    /// Who they are.
    pub name: String,
}

impl Furniture {
    /// The furniture as shipped.
    ///
    /// # Errors
    /// Names the line that cannot be read; a test checks that there is none.
    pub fn shipped() -> Result<Self, String> {
        toml::from_str(include_str!("furniture.toml")).map_err(|error| error.to_string())
    }
}
