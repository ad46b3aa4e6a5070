//! The fields a job history may fill, and the names their columns go by, in English and in German.

use super::{Target, Translations, cells};
use crate::columns::Field;
use crate::mapped::Context;

domain::codes!(
    /// A field of a job that a column can fill.
    JobField, "job field", {
    Reference = "reference", "Number there";
    Customer = "customer", "Customer";
    Site = "site", "Site";
    Title = "title", "Title";
    Problem = "problem", "Problem";
    Category = "category", "Category";
    Make = "make", "Make";
    Model = "model", "Model";
    Year = "year", "Year made";
    Status = "status", "Status";
    Barrier = "barrier", "Why not repaired";
    Work = "work", "What was done";
    Priority = "priority", "Priority";
    Opened = "opened", "Opened on";
    Closed = "closed", "Closed on";
    Tag = "tag", "Tag";
    Serial = "serial", "Serial number";
});

/// Names that mean something else as often; the cells decide.
const DUBIOUS: [&str; 8] = ["type", "date", "datum", "age", "result", "ergebnis", "description", "year"];

impl Field for JobField {
    const KEPT: &'static str = "with the description";

    fn dubious() -> &'static [&'static str] {
        &DUBIOUS
    }

    fn is_date(self) -> bool {
        matches!(self, Self::Opened | Self::Closed)
    }

    fn takes(self, cell: &str, context: &Context) -> bool {
        let about = (context, &Translations::default());
        cells::take(&mut cells::Found::default(), &Target::Field(self), cell, about).is_ok()
    }

    fn synonyms(self) -> &'static str {
        match self {
            Self::Reference => {
                "jobid jobno jobnumber ticketid ticketno ticketnumber ticket caseid caseno casenumber case repairid \
                 repairno repairnumber requestid requestno requestnumber incidentno incident workorder workorderno \
                 workordernumber reference referenceno ref number no id auftragsnummer auftragsnr auftrag \
                 ticketnummer vorgangsnummer vorgang fallnummer reparaturnummer nummer nr"
            }
            Self::Customer => "customername client clientname account kunde kundenname auftraggeber",
            Self::Site => {
                "sitename branch premises location locationname standort standortname niederlassung filiale einsatzort"
            }
            Self::Title => {
                "subject summary headline shortdescription betreff titel kurzbeschreibung zusammenfassung"
            }
            Self::Problem => {
                "problemdescription problemtext fault faultdescription faultreported reportedfault issue \
                 issuedescription symptom symptoms defect defectdescription complaint description details detail text \
                 fehler fehlerbeschreibung fehlerbild problembeschreibung stoerung störung störungsbeschreibung \
                 mangel beschreibung beanstandung"
            }
            Self::Category => {
                "productcategory category categoryname devicecategory itemcategory equipmentcategory devicetype \
                 producttype itemtype equipmenttype assettype appliance device product item equipment type \
                 kategorie produktkategorie gerätekategorie geräteart gerätetyp gerät produkt art typ"
            }
            Self::Make => "brand manufacturer maker mfr marke hersteller fabrikat",
            Self::Model => {
                "modelname modelno modelnumber modell modellnummer modellbezeichnung typenbezeichnung"
            }
            Self::Year => {
                "yearofmanufacture manufactureyear yearmade yearbuilt modelyear builtin year baujahr herstellungsjahr \
                 produktionsjahr"
            }
            Self::Status => {
                "repairstatus jobstatus ticketstatus casestatus state outcome result resolution reparaturstatus zustand \
                 stand ergebnis ausgang"
            }
            Self::Barrier => {
                "repairbarrier repairbarrierifendoflife barriertorepair reasonnotrepaired whynotrepaired barrier \
                 reparaturhindernis hindernis hinderungsgrund grund"
            }
            Self::Work => {
                "workdone worklog actiontaken actions solution fix fixdescription repairdescription repairnotes \
                 resolutionnotes lösung maßnahme massnahme durchgeführtearbeiten arbeiten behebung"
            }
            Self::Priority => "urgency severity priorität prioritaet dringlichkeit",
            Self::Opened => {
                "dateopened opendate openedat datereported reportedon reportdate datereceived receivedon received \
                 datecreated createdat createdon created eventdate repairdate jobdate datelogged loggedon datein \
                 startdate date eröffnetam eroeffnetam gemeldetam erstelltam angelegtam eingangsdatum eingang annahme \
                 annahmedatum meldedatum auftragsdatum reparaturdatum datum"
            }
            Self::Closed => {
                "dateclosed closedate closedat datecompleted completedon completiondate completed dateresolved \
                 resolvedon resolvedat resolveddate datefixed fixedon repairedon finishedon dateout enddate \
                 geschlossenam abgeschlossenam abschlussdatum erledigtam erledigungsdatum behobenam fertigam \
                 fertigstellung rückgabe rückgabedatum enddatum"
            }
            Self::Tag => {
                "assettag assetno assetnumber assetid barcode tagno tagnumber label inventoryno inventorynumber \
                 inventarnummer inventarnr anlagennummer gerätenummer etikett"
            }
            Self::Serial => "serialno serialnumber sn seriennummer seriennr fabriknummer fabriknr",
        }
    }
}
