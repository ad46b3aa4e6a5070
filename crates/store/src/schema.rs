//! The tables as diesel sees them; a test holds the lists in them against the domain.
#![allow(missing_docs, reason = "the migrations describe the tables")]

mod evidence;
mod firm;
mod owned;
mod quarantine;
mod repair;

use diesel::{allow_tables_to_appear_in_same_query, joinable};

pub use evidence::*;
pub use firm::*;
pub use owned::*;
pub use quarantine::*;
pub use repair::*;

joinable!(users -> people (person_id));
joinable!(user_customers -> users (person_id));
joinable!(user_customers -> customers (customer_id));
joinable!(sessions -> users (person_id));
joinable!(api_tokens -> users (person_id));
joinable!(api_tokens -> customers (customer_id));
joinable!(models -> categories (category_id));
joinable!(sites -> customers (customer_id));
joinable!(places -> sites (site_id));
joinable!(assets -> categories (category_id));
joinable!(assets -> customers (customer_id));
joinable!(tests -> customers (customer_id));
joinable!(certificates -> customers (customer_id));
joinable!(attachments -> files (hash));
joinable!(assets -> models (model_id));
joinable!(assets -> sites (site_id));
joinable!(assets -> places (place_id));
joinable!(tags -> assets (asset_id));
joinable!(custody -> assets (asset_id));
joinable!(attachments -> people (person_id));
joinable!(attachments -> assets (asset_id));
joinable!(dues -> assets (asset_id));
joinable!(visits -> people (person_id));
joinable!(visits -> sites (site_id));
joinable!(visit_not_found -> visits (visit_id));
joinable!(visit_not_found -> assets (asset_id));
joinable!(imports -> customers (customer_id));
joinable!(imports -> people (person_id));
joinable!(import_rows -> assets (asset_id));
joinable!(ledger_heads -> customers (customer_id));
joinable!(ledger -> customers (customer_id));
joinable!(signed_heads -> customers (customer_id));
joinable!(tests -> people (person_id));
joinable!(tests -> instruments (instrument_id));
joinable!(tests -> assets (asset_id));
joinable!(recalls -> instruments (instrument_id));
joinable!(recalls -> people (person_id));
joinable!(recall_ends -> recalls (recall_id));
joinable!(retests -> assets (asset_id));
joinable!(calibrations -> instruments (instrument_id));
joinable!(calibrations -> people (person_id));
joinable!(proof_checks -> instruments (instrument_id));
joinable!(proof_checks -> check_boxes (check_box_id));
joinable!(proof_checks -> people (person_id));
joinable!(tests -> sites (site_id));
joinable!(tests -> visits (visit_id));
joinable!(releases -> assets (asset_id));
joinable!(releases -> people (person_id));
joinable!(certificates -> tests (test_id));
joinable!(certificates -> people (person_id));
joinable!(certificates -> files (hash));
joinable!(certificates -> sites (site_id));
joinable!(certificates -> visits (visit_id));
joinable!(assessments -> people (person_id));
joinable!(assessments -> files (hash));
joinable!(assessment_drafts -> customers (customer_id));
joinable!(preset_choices -> customers (customer_id));
joinable!(events -> people (person_id));
joinable!(events -> customers (customer_id));
joinable!(events -> assets (asset_id));
joinable!(signal_customers -> signals (signal_id));
joinable!(contracts -> customers (customer_id));
joinable!(contract_terms -> contracts (contract_id));
joinable!(contract_cover -> contracts (contract_id));
joinable!(jobs -> customers (customer_id));
joinable!(jobs -> sites (site_id));
joinable!(jobs -> people (assignee_id));
joinable!(job_assets -> jobs (job_id));
joinable!(job_assets -> assets (asset_id));
joinable!(faults -> assets (asset_id));
joinable!(faults -> people (person_id));
joinable!(faults -> jobs (job_id));
joinable!(holds -> assets (asset_id));
joinable!(fault_notes -> faults (fault_id));
joinable!(job_steps -> jobs (job_id));
joinable!(job_steps -> people (person_id));
joinable!(job_entries -> jobs (job_id));
joinable!(job_entries -> people (person_id));
joinable!(job_files -> files (hash));
joinable!(notices -> jobs (job_id));

allow_tables_to_appear_in_same_query! {
    settings, counters, people, users, customers, user_customers, sessions, api_tokens, password_resets,
    categories, models, instruments, files, sites, places, assets, tags, custody, attachments, dues,
    due_tallies, visits, visit_not_found, imports, import_rows, uploads, ledger_heads, ledger, tests, releases, certificates, sign_offs, signed_heads,
    events, idempotency_keys, job_runs, mails, presets, ripples, preset_choices, assessment_drafts, assessments,
    proposal_refusals,
    calibrations, check_boxes, proof_checks, recalls, recall_ends, retests,
    test_imports, staged_tests, imported_tests, import_photos, import_testers, test_mappings, withdrawals,
    signals, signal_customers, erasures, erasing,
    test_photos,
    history_links,
    calendars, suppliers, contracts, contract_cover, contract_terms, jobs, job_assets, faults, job_steps,
    job_entries, job_files, job_watchers, notices,
    holds, fault_notes,
}
