//! Assets: list, page, form, actions, files.
pub mod act;
pub mod act_page;
pub mod asset_page;
pub mod attach;
pub mod bulk;
pub mod choices;
pub mod form;
pub mod form_fields;
pub mod list;
pub mod scan;

use crate::web::problem::form_urlencoded;

/// The address of an asset's page.
pub fn asset_url(tag: &str) -> String {
    // A customer's code may hold a slash, which would end the tag.
    format!("/t/{}", form_urlencoded(tag).replace('/', "%2F"))
}
