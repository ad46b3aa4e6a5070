//! The data of one label: named fields and their values.

use std::collections::BTreeMap;

/// A field that designs may name.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As written in a template, such as `asset.tag`.
    pub name: &'static str,
    /// What stands in it.
    pub about: &'static str,
    /// A plausible value, for previews and lint.
    pub sample: &'static str,
}

const fn field(name: &'static str, about: &'static str, sample: &'static str) -> Field {
    Field { name, about, sample }
}

/// Every field a design may name.
pub const FIELDS: &[Field] = &[
    field("asset.tag", "the tag printed on the asset", "7K3M9QX4"),
    field("asset.url", "the tag's address, in upper case", "HTTPS://PAT.EXAMPLE.ORG/T/7K3M9QX4"),
    field("asset.description", "what it is", "Kettle, 3 kW, staff kitchen"),
    field("asset.make", "maker", "Swan"),
    field("asset.model", "model", "SK14610"),
    field("asset.serial", "serial number", "00417-22"),
    field("asset.customer_number", "the customer's own number", "KIT-0042"),
    field("asset.place", "building, floor, room", "Main building / 2nd floor / Kitchen"),
    field("asset.class", "equipment class", "Class I"),
    field("customer.name", "customer", "Northgate School"),
    field("site.name", "site", "Łódź Street campus"),
    field("firm.name", "the testing firm", "Proofmark Testing Ltd"),
    field("firm.phone", "the testing firm's telephone", "0113 496 0000"),
    field("test.date", "date of the test", "12 Mar 2026"),
    field("test.initials", "tester's initials", "ABC"),
    field("test.kind", "kind of inspection", "Combined inspection and test"),
    field("test.verdict", "pass, fail or incomplete", "pass"),
    field("test.next_due", "next due date, only where it may be printed", "Mar 2027"),
    field("part.number", "number of a part", "PSU-450-12V"),
    field(
        "part.url",
        "the part's address, or the piece's, in upper case",
        "HTTPS://PAT.EXAMPLE.ORG/P/PSU-450-12V",
    ),
    field("part.description", "what the part is", "Power supply, 450 W, 12 V"),
    field("part.maker", "maker of the part", "Voltara"),
    field("part.supplier_number", "the supplier's number of the part", "104-882"),
    field("part.serial", "serial number of the piece", "00417-22"),
    field("part.place", "place of the stock", "Main store"),
    field("test.reason", "why it failed", "Earth continuity 1.42\u{a0}Ω, limit 0.159\u{a0}Ω"),
];

/// Whether a design may name this field.
pub fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|f| f.name == name)
}

/// One label's fields. A field that is absent or blank prints nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelData(BTreeMap<String, String>);

impl LabelData {
    /// Data without any field.
    pub fn new() -> Self {
        Self::default()
    }

    /// Data with the sample value of every field.
    pub fn sample() -> Self {
        Self(FIELDS.iter().map(|f| (f.name.to_string(), f.sample.to_string())).collect())
    }

    /// The same data with one field more or replaced. The names are in [`FIELDS`].
    pub fn with(mut self, field: &str, value: impl Into<String>) -> Self {
        self.set(field, value);
        self
    }

    /// Sets one field. The names are in [`FIELDS`].
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        debug_assert!(is_field(field), "no design can name the field {field}");
        self.0.insert(field.to_string(), value.into());
    }

    /// Removes one field.
    pub fn without(mut self, field: &str) -> Self {
        self.0.remove(field);
        self
    }

    /// The value of a field, empty when absent.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |v| v.trim())
    }
}
