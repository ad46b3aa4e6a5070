//! Who may do what: one table, role by action.

use crate::codes;

codes!(
    /// What a user is to the firm; each higher role may do what the lower ones may. The lowest is no part of it: a
    /// customer's own people see the rooms made for them and nothing else.
    Role, "role", {
    Customer = "customer", "Customer";
    Viewer = "viewer", "Viewer";
    Engineer = "engineer", "Engineer";
    Manager = "manager", "Manager";
    Administrator = "administrator", "Administrator";
});

/// Something a user may or may not do. The type is the permission: see `store::access::Right`.
pub trait Action {
    /// The words used in the matrix and in a refusal ("you may not ...").
    const NAME: &'static str;
    /// The lowest role that may do it.
    const LEAST: Role;
    /// Whether it only reads, so that a read-only token may do it.
    const READS: bool;
}

macro_rules! actions {
    ($($action:ident, $name:literal, $least:ident, $reads:literal;)+) => {
        $(#[doc = concat!("The right to ", $name, ".")] #[derive(Debug, Clone, Copy)] pub struct $action;
        impl Action for $action { const NAME: &'static str = $name; const LEAST: Role = Role::$least; const READS: bool = $reads; })+
        /// Every action with the lowest role that may do it; the matrix in `docs/` is drawn from this.
        pub const MATRIX: &[(&str, Role)] = &[$(($name, Role::$least),)+];
    };
}

actions! {
    ViewPortal, "see the rooms of a customer's own people: their sites' assets, jobs and papers", Customer, true;
    AnswerForCustomer, "report faults and agree to quotes and intervals for their sites", Customer, false;
    ManageOwnAccount, "change their own name, password and sessions", Customer, false;
    ViewRegister, "see customers, sites, assets, tests and due lists", Viewer, true;
    DownloadPapers, "download certificates, lists and labels", Viewer, true;
    FollowDues, "have a calendar and a weekly mail of what falls due", Viewer, false;
    CreateToken, "make and revoke their own API tokens", Viewer, false;
    EditAsset, "add, change, move and check out assets", Engineer, false;
    AttachFile, "add photos and documents", Engineer, false;
    RecordTest, "record inspections and tests", Engineer, false;
    RunVisit, "open, fill and close visits", Engineer, false;
    IssueCertificate, "issue certificates", Engineer, false;
    ReportFault, "report faults", Viewer, false;
    WorkJob, "open jobs, work on them, log time and take parts for them", Engineer, false;
    SeeParts, "see parts, stock and suppliers", Engineer, true;
    MoveStock, "receive, move, return and scrap parts", Engineer, false;
    CountStock, "count one's own van", Engineer, false;
    WriteKnowledge, "write guides from what was learnt", Engineer, false;
    LinkHistories, "merge the histories of two assets, or split one", Manager, false;
    ReviewLock, "review a conflict between tests and release the asset", Manager, false;
    ImportAssets, "import assets and tests from files", Manager, false;
    RetireAsset, "dispose of assets and change many at once", Manager, false;
    EditRegister, "change customers, sites, places, categories and models", Manager, false;
    EditInstrument, "change instruments and their calibration", Manager, false;
    EditContract, "change contracts, response times, calendars and rates", Manager, false;
    EditPart, "change parts, suppliers and stock places, count and adjust stock", Manager, false;
    EditChecklist, "change checklists, procedures and the lists of symptoms, causes and fixes", Manager, false;
    PlanWork, "plan recurring checks", Manager, false;
    BillJob, "quote, bill and report to customers", Manager, false;
    SeeMeasures, "see the measures of jobs and people", Manager, true;
    SetInterval, "set intervals: of an asset, a site, a customer or the firm", Manager, false;
    SignAssessment, "draft risk assessments and have them signed", Manager, false;
    ReviewSignals, "look at what is unusual in the records", Manager, false;
    ManageUsers, "add users and change their role and customers", Administrator, false;
    ErasePerson, "erase a person", Administrator, false;
    ChangeSettings, "change the firm's settings", Administrator, false;
}

/// The matrix as a Markdown table; `docs/permissions.md` is this text.
pub fn matrix_markdown() -> String {
    use crate::code::Code;
    let mut text = String::from("| May | ");
    let roles = Role::ALL;
    text += &roles.iter().map(|r| r.label()).collect::<Vec<_>>().join(" | ");
    text += " |\n|---|";
    text += &"---|".repeat(roles.len());
    for (name, least) in MATRIX {
        let cells = roles.iter().map(|r| if r >= least { "yes" } else { "-" });
        text += &format!("\n| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    text + "\n"
}
