//! The tables as diesel sees them; a test holds the lists in them against the domain.
#![allow(missing_docs, reason = "the migrations describe the tables")]

mod billing;
mod clock;
mod evidence;
mod firm;
mod knowledge;
mod measures;
mod outside;
mod owned;
mod planned;
mod portal;
mod quarantine;
mod repair;
mod stock;

use diesel::{allow_tables_to_appear_in_same_query, joinable};

pub use billing::*;
pub use clock::*;
pub use evidence::*;
pub use firm::*;
pub use knowledge::*;
pub use measures::*;
pub use outside::*;
pub use owned::*;
pub use planned::*;
pub use portal::*;
pub use quarantine::*;
pub use repair::*;
pub use stock::*;

joinable!(users -> people (person_id));
joinable!(user_customers -> users (person_id));
joinable!(user_customers -> customers (customer_id));
joinable!(user_sites -> users (person_id));
joinable!(user_sites -> sites (site_id));
joinable!(proposal_agreements -> people (person_id));
joinable!(plans -> sites (site_id));
joinable!(plans -> customers (customer_id));
joinable!(plans -> assets (asset_id));
joinable!(plans -> jobs (job_id));
joinable!(plan_runs -> plans (plan_id));
joinable!(plan_runs -> jobs (job_id));
joinable!(plan_runs -> people (person_id));
joinable!(appointments -> sites (site_id));
joinable!(appointments -> customers (customer_id));
joinable!(appointments -> jobs (job_id));
joinable!(appointments -> people (person_id));
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
joinable!(job_clocks -> jobs (job_id));
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
joinable!(parts -> suppliers (supplier_id));
joinable!(part_models -> parts (part_id));
joinable!(part_models -> models (model_id));
joinable!(stock_places -> people (person_id));
joinable!(stock_levels -> parts (part_id));
joinable!(stock_levels -> stock_places (place_id));
joinable!(part_orders -> parts (part_id));
joinable!(part_orders -> stock_places (place_id));
joinable!(part_units -> parts (part_id));
joinable!(part_units -> stock_places (place_id));
joinable!(part_units -> assets (asset_id));
joinable!(stock_movements -> parts (part_id));
joinable!(stock_movements -> part_units (unit_id));
joinable!(stock_movements -> jobs (job_id));
joinable!(stock_movements -> people (person_id));
joinable!(reservations -> jobs (job_id));
joinable!(reservations -> parts (part_id));
joinable!(reservations -> stock_places (place_id));
joinable!(findings -> jobs (job_id));
joinable!(findings -> people (person_id));
joinable!(findings -> assets (asset_id));
joinable!(guide_revisions -> guides (guide_id));
joinable!(guide_revisions -> people (person_id));
joinable!(guide_pictures -> guides (guide_id));
joinable!(checklist_fills -> people (person_id));
joinable!(checklist_files -> checklist_fills (fill_id));
joinable!(job_things -> jobs (job_id));
joinable!(job_things -> categories (category_id));
joinable!(referrals -> jobs (job_id));
joinable!(referrals -> customers (customer_id));
joinable!(referrals -> suppliers (supplier_id));
joinable!(referrals -> assets (asset_id));
joinable!(referrals -> referral_batches (batch_id));
joinable!(referral_batches -> suppliers (supplier_id));
joinable!(referral_steps -> referrals (referral_id));
joinable!(referral_steps -> people (person_id));
joinable!(job_facts -> jobs (job_id));
joinable!(job_facts -> customers (customer_id));
joinable!(job_facts -> sites (site_id));
joinable!(job_tallies -> customers (customer_id));
joinable!(job_tallies -> sites (site_id));
joinable!(model_tallies -> customers (customer_id));
joinable!(bill_lines -> bill_exports (export_id));
joinable!(bill_lines -> jobs (job_id));
joinable!(job_charges -> jobs (job_id));
joinable!(job_charges -> people (person_id));
joinable!(visit_jobs -> jobs (job_id));
joinable!(visit_jobs -> visits (visit_id));
joinable!(quotes -> jobs (job_id));
joinable!(job_signatures -> jobs (job_id));
joinable!(job_signatures -> people (person_id));

allow_tables_to_appear_in_same_query! {
    settings, counters, people, users, customers, user_customers, user_sites, proposal_agreements,
    plans, plan_runs, appointments, sessions, api_tokens, password_resets,
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
    parts, part_models, stock_places, stock_levels, part_orders, part_units, stock_movements, reservations,
    fault_words, fix_tallies, repair_tallies, guides, guide_pictures, guide_revisions, procedures,
    checklists, checklist_demands, findings, fix_outcomes, repair_outcomes, checklist_fills, checklist_files,
    job_clocks, clock_notices,
    job_things, referral_batches, referrals, referral_steps,
    job_facts, job_tallies, model_tallies,
    rate_cards, job_charges, visit_jobs, bill_exports, bill_lines, quotes, job_signatures,
}
