//! Every address in one table. A public one says so; every other needs a session or token, which a test proves.

use actix_web::web;

use crate::web::{api, assets, pages};

/// Who may ask for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever is logged in; the action decides further.
    LoggedIn,
}

/// Declares the table: what actix serves and what the rule tests walk through are the same lines.
macro_rules! table {
    ($($access:ident $method:ident $path:literal => $($handler:ident)::+;)+) => {
        /// Method, path and access of each route.
        pub const ROUTES: &[(&str, &str, Access)] = &[$((stringify!($method), $path, Access::$access),)+];
        /// Registers each route.
        pub fn configure(config: &mut web::ServiceConfig) {
            $(config.route($path, web::$method().to($($handler)::+));)+
        }
    };
}

table! {
    Public get "/healthz" => pages::health::show_health;
    Public get "/static/{hash}/{name}" => assets::show_static;
    Public get "/login" => pages::log_in::show_log_in;
    Public post "/login" => pages::log_in::log_in;
    Public get "/setup/{secret}" => pages::set_up::show_set_up;
    Public post "/setup/{secret}" => pages::set_up::set_up;
    LoggedIn post "/logout" => pages::log_in::log_out;
    LoggedIn get "/" => pages::start::show_start;
    LoggedIn get "/due" => pages::due::list_due;
    LoggedIn get "/due.csv" => pages::due::download_due;
    LoggedIn get "/due/calendar" => pages::due_calendar::show_calendar;
    Public get "/feed/{secret}.ics" => pages::feed::show_feed;
    LoggedIn get "/jobs" => pages::jobs::list_jobs;
    LoggedIn get "/api/v1/due" => api::due::list_due;
    LoggedIn get "/customers" => pages::customers::list_customers;
    LoggedIn get "/customers/new" => pages::customers::new_customer;
    LoggedIn post "/customers/new" => pages::customers::add_customer;
    LoggedIn get "/customers/{id}/edit" => pages::customers::edit_customer;
    LoggedIn post "/customers/{id}/edit" => pages::customers::change_customer;
}
