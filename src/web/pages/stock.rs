//! The stock: stores and vans, what moves between them, counting, what to buy.

mod count;
mod movements;
mod place_form;
mod places;
mod purchase;

pub use count::{count_place, show_count};
pub use movements::{move_stock, new_movement};
pub use place_form::{add_place, change_place, edit_place, new_place};
pub use places::{list_places, show_place};
pub use purchase::{download_purchase, end_order, order_parts, show_purchase};
