//! Our own style sheet, scripts and pictures: embedded, and served under names that carry their hash.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CacheControl, CacheDirective};
use actix_web::web::Path;

struct Embedded {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

const EMBEDDED: &[Embedded] = &[
    Embedded {
        name: "proofmark.css",
        media_type: "text/css; charset=utf-8",
        bytes: include_bytes!("assets/proofmark.css"),
    },
    Embedded {
        name: "proofmark.js",
        media_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("assets/proofmark.js"),
    },
    Embedded { name: "mark.svg", media_type: "image/svg+xml", bytes: include_bytes!("assets/mark.svg") },
];

static URLS: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let short = |bytes: &[u8]| store::ledger::sha256(bytes)[..12].to_owned();
    EMBEDDED.iter().map(|file| (file.name, format!("/static/{}/{}", short(file.bytes), file.name))).collect()
});

/// Address of an embedded file; empty for a name that there is not, which a test looks for.
pub fn url(name: &str) -> String {
    URLS.iter().find(|(known, _)| *known == name).map(|(_, url)| url.clone()).unwrap_or_default()
}

/// `GET /static/{hash}/{name}`.
pub async fn show_static(path: Path<(String, String)>) -> HttpResponse {
    let (_, name) = path.into_inner();
    let Some(file) = EMBEDDED.iter().find(|file| file.name == name) else {
        return HttpResponse::NotFound().finish();
    };
    let forever = [
        CacheDirective::Public,
        CacheDirective::MaxAge(31_536_000),
        CacheDirective::Extension("immutable".into(), None),
    ];
    HttpResponse::Ok()
        .content_type(file.media_type)
        .insert_header((CACHE_CONTROL, CacheControl(forever.to_vec()).to_string()))
        .body(file.bytes)
}
