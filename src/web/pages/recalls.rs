//! Recalls: of an instrument whose readings are in doubt, and of a maker's things.

mod maker;
mod show;

pub use maker::{download_maker, show_maker};
pub use show::{
    ask_retests, begin_recall, download_letters, download_recall, end_recall, list_recalls, new_recall,
    show_recall,
};
