//! The fields of a test that a column can fill, and the names their columns go by.

use crate::words::fold;
use domain::code::Code;
use std::collections::HashMap;
use std::sync::LazyLock;

domain::codes!(
    /// A field of a test that a column can fill.
    TestField, "test field", {
    AssetCode = "asset_code", "Asset Id";
    Customer = "customer", "Client Name";
    Site = "site", "Site Name";
    Location = "location", "Location Name";
    Description = "description", "Asset Description";
    Make = "make", "Asset Make";
    Model = "model", "Asset Model";
    Serial = "serial", "Asset Serial";
    EquipmentClass = "equipment_class", "Asset Class";
    EquipmentType = "equipment_type", "Asset Type";
    Category = "category", "Category";
    Notes = "asset_notes", "Asset Notes";
    TestDate = "test_date", "Test Date";
    TestTime = "test_time", "Time";
    Verdict = "verdict", "Pass/Fail";
    TestName = "test_name", "Test Name";
    Comments = "comments", "Test Notes";
    RetestMonths = "retest_months", "Retest (Months)";
    VisualRetestMonths = "visual_retest_months", "Visual Retest (Months)";
    TestTag = "test_tag", "Test Tag";
    Tester = "tester", "Person";
    Kind = "kind", "Kind of test";
    Instrument = "instrument", "Instrument";
    InstrumentMake = "instrument_make", "Instrument Make";
    InstrumentModel = "instrument_model", "Instrument Model";
    InstrumentSerial = "instrument_serial", "Instrument Serial";
    CalibrationCertificate = "calibration_certificate", "Cal. Cert No.";
    CalibratedOn = "calibrated_on", "Cal. Date";
    CalibrationDue = "calibration_due", "Cal. Due";
    Standard = "standard", "Standard";
    Procedure = "procedure", "Procedure Reference";
    EndOfLife = "end_of_life", "End of Life";
    OldAssetCode = "old_asset_code", "Old Asset Id";
    UpdateAsset = "update_asset", "Option_Updateasset";
    Photo = "photo", "Photo";
});

/// Every name, folded: a field's own before what others are called besides.
static NAMES: LazyLock<HashMap<String, TestField>> = LazyLock::new(|| {
    let own = TestField::ALL.iter().flat_map(|f| [(fold(f.label()), *f), (fold(f.code()), *f)]);
    let other =
        TestField::ALL.iter().flat_map(|f| f.synonyms().split_whitespace().map(|s| (s.to_owned(), *f)));
    let mut names = HashMap::new();
    for (name, field) in own.chain(other) {
        names.entry(name).or_insert(field);
    }
    names
});

impl TestField {
    /// The field that a column's name means.
    pub(crate) fn named(name: &str) -> Option<Self> {
        NAMES.get(&fold(name)).copied()
    }

    /// Other names, folded.
    fn synonyms(self) -> &'static str {
        match self {
            Self::AssetCode => {
                "assetno assetnumber asset assettag appno applianceid applianceno itemno id tag"
            }
            Self::Customer => "client customername",
            Self::Site => "venue building",
            Self::Location => "room place department area",
            Self::Description => "itemdescription appliance appliancedescription item",
            Self::Make => "manufacturer brand",
            Self::Model => "modelno",
            Self::Serial => "serialno serialnumber assetserialnumber",
            Self::EquipmentClass => "class applianceclass",
            Self::EquipmentType => "type",
            Self::TestDate => "date testedon datetested dateoftest testdatetime",
            Self::TestTime => "timeoftest testtime",
            Self::Verdict => "passfail result overall overallresult teststatus status outcome",
            Self::TestName => "testsequence sequence testtype testmode",
            Self::Comments => "testcomments comments comment usercomment testcomment notes",
            Self::RetestMonths => "retest retestperiod retestperiodmonths retestinterval fullretest",
            Self::VisualRetestMonths => "visualretest visualretestperiod",
            Self::Tester => "engineer engineername testedby user username inspector testername",
            Self::Instrument => "testinstrument testerused",
            Self::InstrumentSerial => {
                "testinstrumentserial testerserial instrumentserialnumber instrumentserialno"
            }
            Self::CalibrationCertificate => "calcertno calibrationcertificateno calcertificate certno",
            Self::CalibratedOn => "caldate calibrationdate",
            Self::CalibrationDue => "caldue calibrationdue calduedate nextcal",
            Self::OldAssetCode => "oldassetno previousassetid",
            Self::UpdateAsset => "updateasset",
            Self::Photo => "photos image picture",
            _ => "",
        }
    }
}
