//! Attack 6: each address by each role. A write that is not in this table fails the test, so that none is forgotten.

use actix_web::http::Method;
use domain::code::Code;
use domain::permission::Role;
use proofmark::web::routes::{Access, ROUTES};

use crate::support::{TestApp, fill};

/// The least role for each write, by the beginning of its path; the longest beginning decides.
const LEAST: &[(&str, Role)] = &[
    ("/logout", Role::Customer),
    ("/account/", Role::Customer),
    ("/account/tokens", Role::Viewer),
    ("/account/feed", Role::Viewer),
    ("/account/weekly", Role::Viewer),
    ("/portal/", Role::Customer),
    ("/plans/", Role::Engineer),
    ("/plans/new", Role::Manager),
    ("/plans/{id}/edit", Role::Manager),
    ("/plans/{id}/stop", Role::Manager),
    ("/appointments/", Role::Engineer),
    ("/customers/", Role::Manager),
    ("/calendars/", Role::Manager),
    ("/contracts/", Role::Manager),
    ("/jobs/{number}/contract", Role::Manager),
    ("/sites/", Role::Manager),
    ("/places/", Role::Manager),
    ("/categories/", Role::Manager),
    ("/sequences/", Role::Manager),
    ("/models/", Role::Manager),
    ("/instruments/", Role::Manager),
    ("/instruments/{id}/check/", Role::Engineer),
    ("/check-boxes/", Role::Manager),
    ("/intervals", Role::Manager),
    ("/assessments/", Role::Manager),
    ("/proposals/", Role::Manager),
    ("/recalls/", Role::Manager),
    ("/signals/", Role::Manager),
    ("/signals/thresholds", Role::Administrator),
    ("/users/", Role::Administrator),
    ("/settings", Role::Administrator),
    ("/erasures", Role::Administrator),
    ("/assets/", Role::Engineer),
    ("/assets/{tag}/fault", Role::Viewer),
    ("/faults", Role::Engineer),
    ("/assets/bulk", Role::Manager),
    ("/assets/{tag}/review", Role::Manager),
    ("/assets/{tag}/merge", Role::Manager),
    ("/assets/{tag}/split", Role::Manager),
    ("/history-links/", Role::Manager),
    ("/files/", Role::Engineer),
    ("/import", Role::Manager),
    ("/test-imports", Role::Manager),
    ("/test-mappings", Role::Manager),
    ("/tests/", Role::Engineer),
    ("/visits/", Role::Engineer),
    ("/jobs/", Role::Engineer),
    ("/checklists/", Role::Manager),
    ("/fault-words/", Role::Manager),
    ("/guides/", Role::Engineer),
    ("/procedures/", Role::Manager),
    ("/jobs/{number}/watch", Role::Viewer),
    ("/referrals/", Role::Engineer),
    ("/referral-batches/", Role::Engineer),
    ("/jobs/{number}/charges", Role::Manager),
    ("/jobs/{number}/quotes", Role::Manager),
    ("/quotes/", Role::Manager),
    ("/rates/", Role::Manager),
    ("/billing", Role::Manager),
    ("/job-files/", Role::Engineer),
    ("/notices", Role::Viewer),
    ("/certificates", Role::Engineer),
    ("/api/v1/jobs", Role::Engineer),
    ("/suppliers/", Role::Manager),
    ("/parts/", Role::Manager),
    ("/parts/{id}/pieces/", Role::Engineer),
    ("/stock/", Role::Engineer),
    ("/stock/places/", Role::Manager),
    ("/api/v1/stock/", Role::Engineer),
    ("/api/v1/assets", Role::Engineer),
    ("/api/v1/faults", Role::Viewer),
    ("/api/v1/instruments/", Role::Manager),
    ("/api/v1/certificates", Role::Engineer),
    ("/api/v1/judge", Role::Viewer),
];

#[actix_web::test]
async fn each_write_by_each_role() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    for role in Role::ALL.iter().copied() {
        let client = app.client(role);
        for (method, path, _) in ROUTES.iter().filter(|(m, p, access)| {
            *m != "get"
                && *p != "/logout"
                && *p != "/account/sessions/{id}/end"
                && *access == Access::LoggedIn
        }) {
            let least = least(path);
            let target = fill(path, &kettle.tag);
            let method: Method = method.to_uppercase().parse().unwrap();
            let api = path.starts_with("/api/");
            let answer = client
                .send(method.clone(), &target, |request| match api {
                    true => request.set_json(serde_json::json!({})),
                    false => request.set_form([("version", "1"), ("pick", "1:1"), ("change", "lifecycle")]),
                })
                .await;
            let status = answer.status.as_u16();
            let refused = [403, 404].contains(&status);
            if role < least {
                assert!(
                    refused || [415, 422].contains(&status) && is_multipart(path),
                    "{role} {method} {target}: {status} {}",
                    answer.text()
                );
            } else {
                assert_ne!(status, 403, "{role} {method} {target}: {}", answer.text());
            }
        }
    }
}

/// Uploads read their parts before anything else can be known; a form that is none is refused as such.
fn is_multipart(path: &str) -> bool {
    [
        "/import",
        "/import/jobs",
        "/parts/import",
        "/test-imports/new",
        "/test-mappings/new",
        "/attach",
        "/calibrate",
        "/signature",
        "/logo",
        "/sign",
        "/procedures/new",
    ]
    .iter()
    .any(|end| path.ends_with(end))
}

fn least(path: &str) -> Role {
    let known =
        LEAST.iter().filter(|(start, _)| path.starts_with(start)).max_by_key(|(start, _)| start.len());
    known.unwrap_or_else(|| panic!("{path} has no least role in this table")).1
}

/// The least role for pages that not everybody may read; the longest beginning decides, all others are for everybody
/// of the firm.
const LEAST_TO_READ: &[(&str, Role)] = &[
    ("/portal", Role::Customer),
    ("/account", Role::Customer),
    ("/plans/new", Role::Manager),
    ("/plans/{id}/edit", Role::Manager),
    ("/appointments/", Role::Engineer),
    ("/users", Role::Administrator),
    ("/settings", Role::Administrator),
    ("/erasures", Role::Administrator),
    ("/job-runs", Role::Administrator),
    ("/import", Role::Manager),
    ("/measures", Role::Manager),
    ("/test-imports", Role::Manager),
    ("/test-mappings", Role::Manager),
    ("/customers/new", Role::Manager),
    ("/customers/{id}/edit", Role::Manager),
    ("/calendars", Role::Manager),
    ("/contracts", Role::Manager),
    ("/sites/new", Role::Manager),
    ("/sites/{id}/edit", Role::Manager),
    ("/sites/{id}/places/new", Role::Manager),
    ("/places/{id}/edit", Role::Manager),
    ("/categories/new", Role::Manager),
    ("/sequences/new", Role::Manager),
    ("/sequences/{code}/edit", Role::Manager),
    ("/categories/{id}/edit", Role::Manager),
    ("/sequences/", Role::Manager),
    ("/models/", Role::Manager),
    ("/instruments/new", Role::Manager),
    ("/instruments/{id}/edit", Role::Manager),
    ("/instruments/{id}/calibrate", Role::Manager),
    ("/instruments/{id}/calibrations/", Role::Viewer),
    ("/instruments/{id}/check/", Role::Engineer),
    ("/check-boxes/", Role::Manager),
    ("/assessments/new", Role::Manager),
    ("/assessments/drafts/", Role::Manager),
    ("/intervals/choose", Role::Manager),
    ("/intervals/tables/new", Role::Manager),
    ("/intervals/tables/{id}/edit", Role::Manager),
    ("/recalls/new", Role::Manager),
    ("/signals", Role::Manager),
    ("/signals/thresholds", Role::Administrator),
    ("/p/", Role::Engineer),
    ("/P/", Role::Engineer),
    ("/parts", Role::Engineer),
    ("/parts/new", Role::Manager),
    ("/parts/import", Role::Manager),
    ("/parts/import/{file}", Role::Manager),
    ("/parts/{id}/edit", Role::Manager),
    ("/parts/{id}/levels", Role::Manager),
    ("/stock", Role::Engineer),
    ("/stock/places/new", Role::Manager),
    ("/stock/places/{id}/edit", Role::Manager),
    ("/stock/places/{id}/count", Role::Engineer),
    ("/suppliers", Role::Engineer),
    ("/suppliers/new", Role::Manager),
    ("/suppliers/{id}/edit", Role::Manager),
    ("/jobs/{number}/parts", Role::Engineer),
    ("/api/v1/parts", Role::Engineer),
    ("/certificates/new", Role::Engineer),
    ("/certificates/sign", Role::Engineer),
    ("/assets/{tag}/test/", Role::Engineer),
    ("/assets/{tag}/review", Role::Manager),
    ("/assets/{tag}/merge", Role::Manager),
    ("/assets/{tag}/split", Role::Manager),
    ("/assets/new", Role::Engineer),
    ("/assets/attach", Role::Engineer),
    ("/assets/{id}/", Role::Engineer),
    ("/assets/{tag}/fault", Role::Viewer),
    ("/tests/{id}/correct", Role::Engineer),
    ("/visits/new", Role::Engineer),
    ("/visits/{id}/edit", Role::Engineer),
    ("/jobs/new", Role::Engineer),
    ("/jobs/{number}/checklists", Role::Engineer),
    ("/assets/{tag}/checklists/", Role::Engineer),
    ("/checklists/new", Role::Manager),
    ("/checklists/{code}/edit", Role::Manager),
    ("/fault-words/{id}/edit", Role::Manager),
    ("/guides", Role::Engineer),
    ("/guide-pictures/", Role::Engineer),
    ("/procedures", Role::Engineer),
    ("/models/{id}", Role::Engineer),
    ("/models/{id}/edit", Role::Manager),
    ("/api/v1/models/", Role::Engineer),
    ("/api/v1/knowledge", Role::Engineer),
    ("/jobs/{number}/edit", Role::Engineer),
    ("/jobs/{number}/refer", Role::Engineer),
    ("/referrals/{id}/edit", Role::Engineer),
    ("/jobs/{number}/sign", Role::Engineer),
    ("/jobs/{number}/bill", Role::Manager),
    ("/quotes", Role::Manager),
    ("/quotes/{id}", Role::Viewer),
    ("/quotes/{id}/edit", Role::Manager),
    ("/rates", Role::Manager),
    ("/billing", Role::Manager),
    ("/reports", Role::Manager),
];

#[actix_web::test]
async fn each_read_by_each_role() {
    let app = TestApp::new();
    let kettle = app.kettle(app.ground("Mills"));
    for role in Role::ALL.iter().copied() {
        let client = app.client(role);
        for (_, path, _) in ROUTES.iter().filter(|(m, _, access)| *m == "get" && *access == Access::LoggedIn)
        {
            let known = LEAST_TO_READ.iter().filter(|(start, _)| path.starts_with(start));
            let least = known.max_by_key(|(start, _)| start.len()).map_or(Role::Viewer, |(_, role)| *role);
            let status = client.get(&fill(path, &kettle.tag)).await.status.as_u16();
            if *path == "/" && role == Role::Customer {
                assert_eq!(status, 303, "a customer's person is led to their rooms");
            } else if role < least {
                assert!([403, 404].contains(&status), "{role} GET {path}: {status}");
            } else {
                assert_ne!(status, 403, "{role} GET {path}");
            }
        }
    }
}
