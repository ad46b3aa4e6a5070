use crate::{judges, samples, saved};
use chrono::DateTime;
use domain::certificate::{Outcome, State};
use render::RenderError;
use render::certificate::{single, site};

/// The text without any white space, so that wrapping does not matter.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn one_test_is_one_small_page_that_says_everything() {
    for (outcome, word) in
        [(Outcome::Pass, "✓ PASS"), (Outcome::Fail, "✗ FAIL"), (Outcome::Incomplete, "INCOMPLETE")]
    {
        let mut certificate = samples::single(outcome);
        certificate.closing.signatures.iter_mut().for_each(|s| s.image = None);
        let bytes = single(&certificate, DateTime::UNIX_EPOCH).expect("a certificate");
        assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
        if !judges::present(&["qpdf", "pdftotext"]) {
            return;
        }
        let (_folder, pdf) = saved(&bytes);
        judges::check(&pdf);
        let words = judges::words(&pdf);
        for wanted in [
            word,
            "Page 1 of 1",
            "≤ 0.1585 Ω",
            ">19.99 MΩ",
            "Łódź",
            "PM-2026-00042",
            "Cord grip",
            "9f31c2a7e05b",
        ] {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
    }
}

#[test]
fn a_site_certificate_numbers_its_pages_and_lists_every_item() {
    if !judges::present(&["qpdf", "pdftotext", "pdfinfo"]) {
        return;
    }
    let certificate = samples::site(300);
    let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    judges::check(&pdf);
    let words = judges::words(&pdf);
    let pages: Vec<_> = words.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", index + 1, pages.len())), "{page}");
    }
    let first = squeezed(pages[0]);
    assert!(
        first.contains("Failures")
            && first.contains("Plugtopcracked,liveparts")
            && first.contains("Takenoutofuse")
    );
    let register: String = pages.iter().filter(|p| p.contains("Next due")).copied().collect();
    for row in &certificate.register {
        assert!(register.contains(&row.tag), "{}", row.tag);
    }
    let across = pages.iter().filter(|p| p.contains("Make, model")).count();
    assert!(across > 5, "the header row repeats on {across} pages");
}

#[test]
fn text_that_hurts_is_wrapped_and_never_cut() {
    if !judges::present(&["qpdf", "pdftotext"]) {
        return;
    }
    let mut certificate = samples::site(12);
    let painful = samples::painful();
    certificate.head.customer = painful.clone();
    certificate.failures[0].reason = "y".repeat(4000);
    certificate.register[3].notes = "z".repeat(9000);
    certificate.register[4].tag = "T".repeat(80);
    let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    judges::check(&pdf);
    let words = judges::ask("pdftotext", &["-raw", judges::text(&pdf), "-"]);
    let count = |c: char| words.chars().filter(|w| *w == c).count();
    assert!(count('x') >= 200 && count('y') >= 4000 && count('z') >= 9000 && count('T') >= 80);
    assert!(words.contains("Ελληνικά") && words.contains("Кириллица") && words.contains("≥"));
}

#[test]
fn a_copy_that_no_longer_counts_says_so_on_every_page() {
    if !judges::present(&["pdftotext"]) {
        return;
    }
    let mut certificate = samples::site(80);
    certificate.head.state = State::Superseded("PM-2026-00043".into());
    let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    let words = judges::words(&pdf);
    let pages: Vec<_> = words.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    assert!(pages.len() > 2 && pages.iter().all(|p| p.contains("SUPERSEDED by PM-2026-00043")));
}

#[test]
fn the_code_on_a_certificate_leads_to_the_current_status() {
    if !judges::present(&["pdftoppm", "zbarimg"]) {
        return;
    }
    let certificate = samples::single(Outcome::Pass);
    let (_folder, pdf) = saved(&single(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    let picture = judges::picture(&pdf, 200, [0.0, 0.0, 210.0, 297.0]);
    assert_eq!(judges::zbar(&picture), [certificate.closing.verify_url]);
}

#[test]
fn an_empty_certificate_is_still_a_page_and_a_broken_picture_an_error() {
    let empty = single(&Default::default(), DateTime::UNIX_EPOCH).expect("a certificate");
    assert!(empty.starts_with(b"%PDF"));
    assert!(site(&Default::default(), DateTime::UNIX_EPOCH).is_ok());
    let mut certificate = samples::single(Outcome::Pass);
    certificate.head.firm.logo = Some(b"no picture".to_vec());
    assert!(matches!(single(&certificate, DateTime::UNIX_EPOCH), Err(RenderError::Picture(_))));
}
