//! The fields an asset list may fill, and the names their columns go by.

use super::{AssetRow, Target, cells};
use crate::columns::Field;
use crate::mapped::Context;

domain::codes!(
    /// A field of an asset that a column can fill.
    AssetField, "asset field", {
    Tag = "tag", "Tag";
    CustomerNumber = "customer_number", "Customer's number";
    Customer = "customer", "Customer";
    Site = "site", "Site";
    Building = "building", "Building";
    Floor = "floor", "Floor";
    Room = "room", "Room";
    Location = "location", "Location";
    Category = "category", "Category";
    Description = "description", "Description";
    Make = "make", "Make";
    Model = "model", "Model";
    Serial = "serial", "Serial number";
    EquipmentClass = "equipment_class", "Equipment class";
    EquipmentType = "equipment_type", "Equipment type";
    Rating = "rating", "Rating (W or A)";
    RatedPower = "rated_power_w", "Rated power (W)";
    RatedCurrent = "rated_current_a", "Rated current (A)";
    Fuse = "fuse_a", "Fuse (A)";
    LeadLength = "lead_length_m", "Lead length (m)";
    Conductor = "conductor_mm2", "Conductor (mm²)";
    Plug = "plug", "Plug";
    SurgeSuppressors = "surge_suppressors", "Surge suppressors";
    Heating = "heating", "Heating";
    Sockets = "sockets", "Sockets";
    PurchaseDate = "purchase_date", "Purchase date";
    Cost = "cost", "Cost";
    Supplier = "supplier", "Supplier";
    WarrantyEnd = "warranty_end", "Warranty end";
    Custodian = "custodian", "Custodian";
    Parent = "parent", "Parent asset";
    Notes = "notes", "Notes";
});

/// Names that mean something else as often; the cells decide.
const DUBIOUS: [&str; 9] =
    ["type", "assettype", "appliancetype", "warranty", "ways", "gangs", "current", "length", "id"];

impl Field for AssetField {
    const KEPT: &'static str = "as a custom field";

    fn dubious() -> &'static [&'static str] {
        &DUBIOUS
    }

    fn is_date(self) -> bool {
        matches!(self, Self::PurchaseDate | Self::WarrantyEnd)
    }

    fn takes(self, cell: &str, context: &Context) -> bool {
        cells::take(&mut AssetRow::default(), &Target::Field(self), cell, context).is_ok()
    }

    /// "Type" says kettle as often as it says portable: what does not fit the one field may be the other.
    fn or_else(self) -> Option<Self> {
        (self == Self::EquipmentType).then_some(Self::Category)
    }

    fn synonyms(self) -> &'static str {
        match self {
            Self::Tag => "assettag tagno tagnumber barcode barcodenumber qrcode qr testtag labelno label",
            Self::CustomerNumber => {
                "customersnumber assetno assetnumber assetid assetcode applianceid applianceno appno appid equipmentid \
                 equipmentno plantno plantnumber inventoryno inventorynumber itemno itemnumber itemid assetref \
                 reference ref number no id"
            }
            Self::Customer => "customername client clientname",
            Self::Site => "sitename premises branch",
            Self::Building => "buildingname block",
            Self::Floor => "floorlevel level storey",
            Self::Room => "roomno roomnumber roomname",
            Self::Location => "locationname assetlocation place position area",
            Self::Category => "assetcategory categoryname itemtype kind group",
            Self::Description => {
                "assetdescription itemdescription appliancedescription equipmentdescription assetname appliancename \
                 itemname appliance item equipment asset name title"
            }
            Self::Make => "assetmake manufacturer brand maker mfr",
            Self::Model => "assetmodel modelname modelno modelnumber",
            Self::Serial => "serialno serialnumber assetserial sn",
            Self::EquipmentClass => "assetclass applianceclass protectionclass electricalclass class",
            Self::EquipmentType => "appliancetype assettype type",
            Self::Rating => "rated electricalrating",
            Self::RatedPower => "ratedpower power powerrating wattage watts",
            Self::RatedCurrent => "ratedcurrent currentrating current amps",
            Self::Fuse => "fuserating fusesize plugfuse fusevalue fuseamps",
            Self::LeadLength => "leadlength cablelength flexlength cordlength length",
            Self::Conductor => {
                "conductorsize conductorcsa csa leadcsa cablecsa cablesize flexsize crosssection crosssectionalarea"
            }
            Self::Plug => "plugtype",
            Self::SurgeSuppressors => "surgesuppressor surgeprotected surgeprotection surge spd",
            Self::Heating => "heatingelement heatingelements",
            Self::Sockets => "socketoutlets numberofsockets noofsockets outlets ways gangs",
            Self::PurchaseDate => {
                "purchasedate datepurchased dateofpurchase purchased acquisitiondate acquired bought"
            }
            Self::Cost => "purchasecost purchaseprice price",
            Self::Supplier => "suppliername vendor boughtfrom",
            Self::WarrantyEnd => {
                "warrantyexpiry warrantyexpires warrantydate warrantyuntil warrantyexpirydate warranty"
            }
            Self::Custodian => "assignedto responsibleperson responsible keeper holder owner",
            Self::Parent => "parenttag parentid partof belongsto",
            Self::Notes => "note assetnotes comments comment remarks",
        }
    }
}
