//! Who may do what: one table, role by action.

use crate::codes;

codes!(
    /// What a user is in the firm; each higher role may do what the lower ones may.
    Role, "role", {
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
}

macro_rules! actions {
    ($($action:ident, $name:literal, $least:ident;)+) => {
        $(#[doc = concat!("The right to ", $name, ".")] #[derive(Debug, Clone, Copy)] pub struct $action;
        impl Action for $action { const NAME: &'static str = $name; const LEAST: Role = Role::$least; })+
        /// Every action with the lowest role that may do it; the matrix in `docs/` is drawn from this.
        pub const MATRIX: &[(&str, Role)] = &[$(($name, Role::$least),)+];
    };
}

actions! {
    ViewRegister, "see customers, sites, assets, tests and due lists", Viewer;
    DownloadPapers, "download certificates, lists and labels", Viewer;
    ManageOwnAccount, "change their own password, sessions and feed", Viewer;
    CreateToken, "make and revoke their own API tokens", Viewer;
    EditAsset, "add, change, move and check out assets", Engineer;
    AttachFile, "add photos and documents", Engineer;
    RecordTest, "record inspections and tests", Engineer;
    RunVisit, "open, fill and close visits", Engineer;
    IssueCertificate, "issue certificates", Engineer;
    ReviewLock, "review a conflict between tests and release the asset", Manager;
    ImportAssets, "import assets from a file", Manager;
    RetireAsset, "dispose of assets and change many at once", Manager;
    EditRegister, "change customers, sites, places, categories and models", Manager;
    EditInstrument, "change instruments and their calibration", Manager;
    SetInterval, "set an asset's interval by hand", Manager;
    ManageUsers, "add users and change their role and customers", Administrator;
    ChangeSettings, "change the firm's settings", Administrator;
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
