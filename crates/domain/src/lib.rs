//! The thinking: pure rules with no database, no web, no files and no clock.
pub mod certificate;
pub mod code;
pub mod equipment;
pub mod search_text;
pub mod tag;
pub mod label;
