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

/// Declares the table from names: the media type goes by the kind.
macro_rules! embedded {
    ($($kind:ident $name:literal;)+) => {
        const EMBEDDED: &[Embedded] =
            &[$(Embedded { name: $name, media_type: $kind, bytes: include_bytes!(concat!("assets/", $name)) },)+];
    };
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

embedded! {
    CSS "proofmark.css";
    JS "proofmark.js";
    JS "scanner.js";
    JS "search.js";
    JS "bulk.js";
    JS "signature.js";
    JS "show_if.js";
    JS "defaults.js";
    SVG "mark.svg";
    SVG "states.svg";
}

/// One hash over all files, since scripts fetch each other by their neighbours' names.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = EMBEDDED.iter().flat_map(|file| file.bytes.iter().copied()).collect();
    store::ledger::sha256(&all)[..12].to_owned()
});

/// Address of an embedded file; empty for a name that there is not, which a test looks for.
pub fn url(name: &str) -> String {
    let known = EMBEDDED.iter().any(|file| file.name == name);
    if known { format!("/static/{}/{name}", *VERSION) } else { String::new() }
}

/// `GET /static/{hash}/{name}`: kept for good under our own hash, not at all under another release's.
pub async fn show_static(path: Path<(String, String)>) -> HttpResponse {
    let (version, name) = path.into_inner();
    let Some(file) = EMBEDDED.iter().find(|file| file.name == name) else {
        return HttpResponse::NotFound().finish();
    };
    let forever = [
        CacheDirective::Public,
        CacheDirective::MaxAge(31_536_000),
        CacheDirective::Extension("immutable".into(), None),
    ];
    let keep =
        if version == *VERSION { CacheControl(forever.to_vec()).to_string() } else { "no-store".to_owned() };
    HttpResponse::Ok().content_type(file.media_type).insert_header((CACHE_CONTROL, keep)).body(file.bytes)
}
