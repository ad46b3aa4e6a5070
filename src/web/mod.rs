//! Pages, the API and what stands before them.
pub mod access;
pub mod api;
pub mod assets;
pub mod chart;
pub mod editing;
pub mod forms;
pub mod layout;
pub mod measure_chart;
pub mod pages;
pub mod problem;
pub mod rate_limit;
pub mod replay;
pub mod reply;
pub mod routes;
pub mod same_origin;
pub mod server;
pub mod slow_body;
pub mod upload;

pub mod visitor;
pub mod work_chart;
