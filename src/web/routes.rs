//! Every address in one table. A public one says so; every other needs a session or token, which a test proves.

use actix_web::dev::ResourceDef;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};

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
            config.default_service(web::to(no_route));
        }
    };
}

/// Says which methods an address takes that was asked by another, or that there is no such address.
async fn no_route(request: HttpRequest) -> HttpResponse {
    let here = ROUTES.iter().filter(|(_, path, _)| ResourceDef::new(*path).is_match(request.path()));
    let takes: Vec<String> = here.map(|(method, ..)| method.to_uppercase()).collect();
    if takes.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    HttpResponse::MethodNotAllowed().insert_header((ALLOW, takes.join(", "))).finish()
}

// The router tries the addresses in this order: what labels lead to comes first.
table! {
    Public get "/t/{tag}" => pages::assets::scan::show_tag;
    Public get "/t/{tag}/fault" => pages::faults::public::show_form;
    Public post "/t/{tag}/fault" => pages::faults::public::report_fault;
    Public post "/t/{tag}/same" => pages::faults::public::report_same_fault;
    Public get "/f/{secret}" => pages::faults::follow::show_report;
    Public post "/f/{secret}" => pages::faults::follow::add_to_report;
    LoggedIn get "/faults" => pages::faults::inbox::list_faults;
    LoggedIn post "/faults" => pages::faults::inbox::act_on_faults;
    LoggedIn get "/assets/{tag}/fault" => pages::faults::form::show_form;
    LoggedIn post "/assets/{tag}/fault" => pages::faults::form::report_fault;
    LoggedIn post "/api/v1/faults" => api::faults::report_fault;
    LoggedIn get "/api/v1/faults" => api::faults::list_faults;
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
    LoggedIn get "/forecast" => pages::forecast::show_forecast;
    LoggedIn get "/forecast.csv" => pages::forecast::download_forecast;
    Public get "/feed/{secret}.ics" => pages::feed::show_feed;
    LoggedIn get "/job-runs" => pages::job_runs::list_job_runs;
    LoggedIn get "/jobs" => pages::jobs::list_jobs;
    LoggedIn get "/jobs/mine" => pages::jobs::show_mine;
    LoggedIn get "/jobs/new" => pages::jobs::new_job;
    LoggedIn post "/jobs/new" => pages::jobs::open_job;
    LoggedIn get "/jobs/{number}" => pages::jobs::show_job;
    LoggedIn get "/jobs/{number}/edit" => pages::jobs::edit_job;
    LoggedIn post "/jobs/{number}/edit" => pages::jobs::change_job;
    LoggedIn post "/jobs/{number}/steps" => pages::jobs::take_step;
    LoggedIn post "/jobs/{number}/assign" => pages::jobs::assign_job;
    LoggedIn post "/jobs/{number}/line" => pages::jobs::hand_over;
    LoggedIn post "/jobs/{number}/entries" => pages::jobs::add_entry;
    LoggedIn post "/jobs/{number}/assets" => pages::jobs::add_asset;
    LoggedIn post "/jobs/{number}/assets/{id}/remove" => pages::jobs::remove_asset;
    LoggedIn post "/jobs/{number}/watch" => pages::jobs::watch_job;
    LoggedIn get "/job-files/{id}" => pages::jobs::show_file;
    LoggedIn get "/job-files/{id}/thumbnail" => pages::jobs::show_thumbnail;
    LoggedIn post "/job-files/{id}/withdraw" => pages::jobs::withdraw_file;
    LoggedIn get "/notices" => pages::jobs::list_notices;
    LoggedIn post "/notices" => pages::jobs::see_notices;
    LoggedIn post "/api/v1/jobs" => api::jobs::open_job;
    LoggedIn get "/api/v1/jobs" => api::jobs::list_jobs;
    LoggedIn get "/api/v1/jobs/{number}" => api::jobs::show_job;
    LoggedIn patch "/api/v1/jobs/{number}" => api::jobs::change_job;
    LoggedIn post "/api/v1/jobs/{number}/entries" => api::jobs::work::add_entry;
    LoggedIn post "/api/v1/jobs/{number}/transitions" => api::jobs::work::take_step;
    LoggedIn get "/certificates" => pages::certificates::list_certificates;
    LoggedIn post "/certificates" => pages::certificates::issue_certificate;
    LoggedIn get "/certificates/sign" => pages::certificates::show_sign;
    LoggedIn post "/certificates/sign" => pages::certificates::sign_certificate;
    LoggedIn post "/certificates/merged" => pages::certificates::merge_certificates;
    LoggedIn post "/certificates/singles" => pages::certificates::batch_certificates;
    LoggedIn post "/api/v1/certificates/merged" => api::certificates::merge_certificates;
    LoggedIn get "/certificates/new" => pages::certificates::new_certificate;
    LoggedIn get "/certificates/{number}.pdf" => pages::certificates::download_certificate;
    LoggedIn get "/certificates/{number}" => pages::certificates::show_certificate;
    LoggedIn get "/api/v1/certificates/{number}.pdf" => api::certificates::download_certificate;
    Public get "/c/{code}" => pages::certificates::show_public;
    LoggedIn get "/labels" => pages::labels::show_labels;
    LoggedIn get "/labels.pdf" => pages::labels::download_labels;
    LoggedIn get "/api/v1/labels.pdf" => api::labels::download_labels;
    Public get "/api" => pages::api::show_api;
    Public get "/api/v1/openapi.json" => api::openapi::show_openapi;
    LoggedIn post "/api/v1/assets" => api::assets::add_asset;
    LoggedIn get "/api/v1/assets" => api::assets::list_assets;
    LoggedIn get "/api/v1/assets/{tag}" => api::assets::show_asset;
    LoggedIn patch "/api/v1/assets/{tag}" => api::assets::change_asset;
    LoggedIn get "/api/v1/rulesets" => api::judge::list_rulesets;
    LoggedIn get "/api/v1/sequences" => api::sequences::list_sequences;
    LoggedIn get "/api/v1/assets/{tag}/plan" => api::sequences::plan_test;
    LoggedIn post "/api/v1/judge" => api::judge::judge;
    LoggedIn get "/api/v1/customers" => api::lists::list_customers;
    LoggedIn get "/api/v1/sites" => api::lists::list_sites;
    LoggedIn get "/api/v1/places" => api::lists::list_places;
    LoggedIn get "/api/v1/categories" => api::lists::list_categories;
    LoggedIn get "/api/v1/instruments" => api::lists::list_instruments;
    LoggedIn get "/api/v1/instruments/{id}" => api::instruments::show_instrument;
    LoggedIn post "/api/v1/instruments/{id}/calibrations" => api::instruments::add_calibration;
    LoggedIn get "/api/v1/due" => api::due::list_due;
    LoggedIn get "/assets/{tag}/test/{kind}" => pages::tests::show_form;
    LoggedIn post "/assets/{tag}/test/{kind}" => pages::tests::record_test;
    LoggedIn get "/assets/{tag}/review" => pages::tests::show_review;
    LoggedIn post "/assets/{tag}/review" => pages::tests::review_lock;
    LoggedIn get "/assets/{tag}/merge" => pages::history_links::show_merge;
    LoggedIn post "/assets/{tag}/merge" => pages::history_links::merge_assets;
    LoggedIn get "/assets/{tag}/split" => pages::history_links::show_split;
    LoggedIn post "/assets/{tag}/split" => pages::history_links::split_asset;
    LoggedIn get "/history-links/{act}" => pages::history_links::show_act;
    LoggedIn post "/history-links/{act}/undo" => pages::history_links::undo_act;
    LoggedIn get "/tests/{id}" => pages::tests::show_test;
    LoggedIn get "/tests/{id}/compare" => pages::tests::compare_test;
    LoggedIn get "/tests/{id}/correct" => pages::tests::show_correction;
    LoggedIn post "/tests/{id}/correct" => pages::tests::correct_test;
    LoggedIn get "/visits" => pages::visits::list_visits;
    LoggedIn get "/visits/new" => pages::visits::new_visit;
    LoggedIn post "/visits/new" => pages::visits::open_visit;
    LoggedIn get "/visits/{id}" => pages::visits::show_visit;
    LoggedIn get "/visits/{id}/edit" => pages::visits::edit_visit;
    LoggedIn post "/visits/{id}/edit" => pages::visits::change_visit;
    LoggedIn post "/visits/{id}/close" => pages::visits::close_visit;
    LoggedIn post "/visits/{id}/not-found" => pages::visits::mark_not_found;
    LoggedIn post "/api/v1/assets/{tag}/tests" => api::tests::record_test;
    LoggedIn get "/api/v1/tests/{id}" => api::tests::show_test;
    LoggedIn get "/customers" => pages::customers::list_customers;
    LoggedIn get "/customers/new" => pages::customers::new_customer;
    LoggedIn post "/customers/new" => pages::customers::add_customer;
    LoggedIn get "/customers/{id}" => pages::customers::show_customer;
    LoggedIn get "/customers/{id}/edit" => pages::customers::edit_customer;
    LoggedIn post "/customers/{id}/edit" => pages::customers::change_customer;
    LoggedIn get "/sites/new" => pages::sites::new_site;
    LoggedIn post "/sites/new" => pages::sites::add_site;
    LoggedIn get "/sites/{id}" => pages::sites::show_site;
    LoggedIn get "/sites/{id}/edit" => pages::sites::edit_site;
    LoggedIn post "/sites/{id}/edit" => pages::sites::change_site;
    LoggedIn get "/sites/{id}/places/new" => pages::places::new_places;
    LoggedIn post "/sites/{id}/places/new" => pages::places::add_places;
    LoggedIn get "/places/{id}/edit" => pages::places::edit_place;
    LoggedIn post "/places/{id}/edit" => pages::places::change_place;
    LoggedIn get "/assessments" => pages::assessments::list_assessments;
    LoggedIn get "/assessments/new" => pages::assessments::new_draft;
    LoggedIn post "/assessments/new" => pages::assessments::add_draft;
    LoggedIn get "/assessments/drafts/{id}" => pages::assessments::edit_draft;
    LoggedIn post "/assessments/drafts/{id}" => pages::assessments::change_draft;
    LoggedIn post "/assessments/drafts/{id}/remove" => pages::assessments::remove_draft;
    LoggedIn get "/assessments/drafts/{id}/sign" => pages::assessments::show_signing;
    LoggedIn post "/assessments/drafts/{id}/sign" => pages::assessments::sign_draft;
    LoggedIn get "/assessments/{id}.pdf" => pages::assessments::download_assessment;
    LoggedIn get "/assessments/{id}" => pages::assessments::show_assessment;
    LoggedIn post "/assessments/{id}/revise" => pages::assessments::revise_assessment;
    LoggedIn post "/assessments/{id}/withdraw" => pages::assessments::withdraw_assessment;
    Public get "/ra/{code}" => pages::assessments::show_public;
    LoggedIn get "/proposals" => pages::proposals::show_proposals;
    LoggedIn post "/proposals/take" => pages::proposals::take_proposal;
    LoggedIn post "/proposals/refuse" => pages::proposals::refuse_proposal;
    LoggedIn get "/intervals" => pages::intervals::show_intervals;
    LoggedIn post "/intervals" => pages::intervals::change_intervals;
    LoggedIn get "/intervals/choose" => pages::intervals::show_choice;
    LoggedIn post "/intervals/choose" => pages::intervals::choose_table;
    LoggedIn get "/intervals/tables/new" => pages::intervals::new_table;
    LoggedIn post "/intervals/tables/new" => pages::intervals::add_table;
    LoggedIn get "/intervals/tables/{code}" => pages::intervals::show_table;
    LoggedIn get "/intervals/tables/{id}/edit" => pages::intervals::edit_table;
    LoggedIn post "/intervals/tables/{id}/edit" => pages::intervals::change_table;
    LoggedIn get "/instruments" => pages::instruments::list_instruments;
    LoggedIn get "/instruments/new" => pages::instruments::new_instrument;
    LoggedIn post "/instruments/new" => pages::instruments::add_instrument;
    LoggedIn get "/instruments/{id}" => pages::instruments::show_instrument;
    LoggedIn get "/instruments/{id}/calibrate" => pages::instruments::new_calibration;
    LoggedIn post "/instruments/{id}/calibrate" => pages::instruments::add_calibration;
    LoggedIn get "/instruments/{id}/calibrations/{calibration}/file" => pages::instruments::show_file;
    LoggedIn get "/instruments/{id}/check/{box}" => pages::instruments::new_check;
    LoggedIn post "/instruments/{id}/check/{box}" => pages::instruments::record_check;
    LoggedIn get "/log" => pages::test_log::show_log;
    LoggedIn get "/log.csv" => pages::test_log::download_csv;
    LoggedIn get "/log.xlsx" => pages::test_log::download_xlsx;
    LoggedIn get "/patguard" => pages::patguard::show_patguard;
    LoggedIn get "/patguard.csv" => pages::patguard::download_sheet_csv;
    LoggedIn get "/patguard.xlsx" => pages::patguard::download_sheet_xlsx;
    LoggedIn get "/site-pack.csv" => pages::patguard::download_pack_csv;
    LoggedIn get "/site-pack.xlsx" => pages::patguard::download_pack_xlsx;
    LoggedIn get "/signals" => pages::signals::list_signals;
    LoggedIn post "/signals/look" => pages::signals::begin_look;
    LoggedIn get "/signals/thresholds" => pages::signals::show_thresholds;
    LoggedIn post "/signals/thresholds" => pages::signals::change_thresholds;
    LoggedIn get "/signals/{id}" => pages::signals::show_signal;
    LoggedIn post "/signals/{id}" => pages::signals::look_at_signal;
    LoggedIn get "/recalls" => pages::recalls::list_recalls;
    LoggedIn get "/recalls/new" => pages::recalls::new_recall;
    LoggedIn post "/recalls/new" => pages::recalls::begin_recall;
    LoggedIn get "/recalls/maker" => pages::recalls::show_maker;
    LoggedIn get "/recalls/maker.csv" => pages::recalls::download_maker;
    LoggedIn get "/recalls/{id}.csv" => pages::recalls::download_recall;
    LoggedIn get "/recalls/{id}" => pages::recalls::show_recall;
    LoggedIn get "/recalls/{id}/letters.pdf" => pages::recalls::download_letters;
    LoggedIn post "/recalls/{id}/retests" => pages::recalls::ask_retests;
    LoggedIn post "/recalls/{id}/end" => pages::recalls::end_recall;
    LoggedIn get "/check-boxes/new" => pages::instruments::new_box;
    LoggedIn post "/check-boxes/new" => pages::instruments::add_box;
    LoggedIn get "/check-boxes/{id}/edit" => pages::instruments::edit_box;
    LoggedIn post "/check-boxes/{id}/edit" => pages::instruments::change_box;
    LoggedIn get "/instruments/{id}/edit" => pages::instruments::edit_instrument;
    LoggedIn post "/instruments/{id}/edit" => pages::instruments::change_instrument;
    LoggedIn get "/sequences" => pages::sequences::list_sequences;
    LoggedIn get "/sequences/new" => pages::sequences::new_sequence;
    LoggedIn post "/sequences/new" => pages::sequences::add_sequence;
    LoggedIn get "/sequences/{code}" => pages::sequences::show_sequence;
    LoggedIn get "/sequences/{code}/edit" => pages::sequences::edit_sequence;
    LoggedIn post "/sequences/{code}/edit" => pages::sequences::change_sequence;
    LoggedIn get "/categories" => pages::categories::list_categories;
    LoggedIn post "/categories/usual" => pages::categories::add_usual;
    LoggedIn get "/categories/new" => pages::categories::new_category;
    LoggedIn post "/categories/new" => pages::categories::add_category;
    LoggedIn get "/categories/{id}/edit" => pages::categories::edit_category;
    LoggedIn post "/categories/{id}/edit" => pages::categories::change_category;
    LoggedIn get "/models/new" => pages::models::new_model;
    LoggedIn post "/models/new" => pages::models::add_model;
    LoggedIn get "/models/{id}/edit" => pages::models::edit_model;
    LoggedIn post "/models/{id}/edit" => pages::models::change_model;
    LoggedIn get "/users" => pages::users::list_users;
    LoggedIn get "/users/new" => pages::users::new_user;
    LoggedIn post "/users/new" => pages::users::add_user;
    LoggedIn get "/users/{id}/edit" => pages::users::edit_user;
    LoggedIn post "/users/{id}/edit" => pages::users::change_user;
    LoggedIn post "/users/{id}/link" => pages::users::send_link;
    LoggedIn get "/erasures" => pages::erasures::find_person;
    LoggedIn post "/erasures" => pages::erasures::erase_person;
    LoggedIn get "/account" => pages::account::show_account;
    LoggedIn post "/account/details" => pages::account::change_details;
    LoggedIn get "/account/signature.png" => pages::account::show_signature;
    LoggedIn post "/account/signature" => pages::account::change_signature;
    LoggedIn post "/account/signature/remove" => pages::account::remove_signature;
    LoggedIn post "/account/password" => pages::account::change_password;
    LoggedIn post "/account/sessions/end" => pages::account::end_other_sessions;
    LoggedIn post "/account/sessions/{id}/end" => pages::account::end_session;
    LoggedIn post "/account/tokens" => pages::account::make_token;
    LoggedIn post "/account/tokens/{id}/revoke" => pages::account::revoke_token;
    LoggedIn post "/account/feed" => pages::account::renew_feed;
    LoggedIn post "/account/feed/end" => pages::account::end_feed;
    LoggedIn post "/account/weekly" => pages::account::change_weekly_mail;
    LoggedIn get "/settings" => pages::settings::show_settings;
    LoggedIn post "/settings" => pages::settings::change_settings;
    LoggedIn get "/settings/logo.png" => pages::settings::show_logo;
    LoggedIn post "/settings/logo" => pages::settings::change_logo;
    LoggedIn post "/settings/logo/remove" => pages::settings::remove_logo;
    Public get "/reset" => pages::resets::show_reset;
    Public post "/reset" => pages::resets::ask_reset;
    Public get "/reset/{secret}" => pages::resets::show_new_password;
    Public post "/reset/{secret}" => pages::resets::set_new_password;
    Public get "/T/{tag}" => pages::assets::scan::show_tag;
    LoggedIn get "/assets" => pages::assets::list::list;
    LoggedIn get "/assets/new" => pages::assets::form::new_asset;
    LoggedIn post "/assets/new" => pages::assets::form::add_asset;
    LoggedIn get "/assets/defaults" => pages::assets::form::show_defaults;
    LoggedIn post "/assets/bulk" => pages::assets::bulk::change_many;
    LoggedIn get "/assets/attach" => pages::assets::act::show_attach_tag;
    LoggedIn post "/assets/attach" => pages::assets::act::attach_scanned_tag;
    LoggedIn get "/assets/{id}/edit" => pages::assets::form::edit_asset;
    LoggedIn post "/assets/{id}/edit" => pages::assets::form::change_asset;
    LoggedIn get "/assets/{id}/attach" => pages::assets::attach::show_attach;
    LoggedIn post "/assets/{id}/attach" => pages::assets::attach::attach_file;
    LoggedIn get "/assets/{id}/move" => pages::assets::act::show_act;
    LoggedIn get "/assets/{id}/custody" => pages::assets::act::show_act;
    LoggedIn get "/assets/{id}/status" => pages::assets::act::show_act;
    LoggedIn get "/assets/{id}/tag" => pages::assets::act::show_act;
    LoggedIn post "/assets/{id}/move" => pages::assets::act::do_act;
    LoggedIn post "/assets/{id}/custody" => pages::assets::act::do_act;
    LoggedIn post "/assets/{id}/status" => pages::assets::act::do_act;
    LoggedIn post "/assets/{id}/tag" => pages::assets::act::do_act;
    LoggedIn get "/files/{id}" => pages::assets::attach::show_file;
    LoggedIn get "/files/{id}/thumbnail" => pages::assets::attach::show_thumbnail;
    LoggedIn post "/files/{id}/withdraw" => pages::assets::attach::withdraw_file;
    LoggedIn get "/import" => pages::import::show_import;
    LoggedIn post "/import" => pages::import::upload;
    LoggedIn get "/test-imports" => pages::test_imports::list_imports;
    LoggedIn get "/test-imports/new" => pages::test_imports::new_import;
    LoggedIn post "/test-imports/new" => pages::test_imports::upload_import;
    LoggedIn get "/test-imports/{id}" => pages::test_imports::show_import;
    LoggedIn post "/test-imports/{id}" => pages::test_imports::act_on_import;
    LoggedIn get "/test-imports/{id}/records/{record}" => pages::test_imports::show_record;
    LoggedIn post "/test-imports/{id}/records/{record}" => pages::test_imports::claim_record;
    LoggedIn get "/test-mappings" => pages::test_mappings::list_mappings;
    LoggedIn get "/test-mappings/new" => pages::test_mappings::new_mapping;
    LoggedIn post "/test-mappings/new" => pages::test_mappings::upload_sample;
    LoggedIn get "/test-mappings/{id}/edit" => pages::test_mappings::edit_mapping;
    LoggedIn post "/test-mappings/{id}/edit" => pages::test_mappings::change_mapping;
    LoggedIn get "/import/{customer}/{file}" => pages::import::preview;
    LoggedIn post "/import/{customer}/{file}" => pages::import::publish;
}
