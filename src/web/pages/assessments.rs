//! Risk assessments: the list, drafts and their signing, and what was signed.

mod draft;
mod show;

pub use draft::{add_draft, change_draft, edit_draft, new_draft, remove_draft, show_signing, sign_draft};
pub use show::{
    download_assessment, list_assessments, revise_assessment, show_assessment, show_public,
    withdraw_assessment,
};
