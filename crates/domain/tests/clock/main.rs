//! The response clock: a table of cases as readable data, and what must hold for any log at all.

mod any;
mod cases;
