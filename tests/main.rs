//! The one test binary: tests read as examples of use. They run on a copied SQLite file each, or on a
//! PostgreSQL schema each when `TEST_DATABASE_URL` is set.
mod actions;
mod api;
mod attacks;
mod demo;
mod jobs;
#[path = "../crates/render/tests/judges/mod.rs"]
mod judges;
mod pages;
mod rules;
mod store;
mod support;
