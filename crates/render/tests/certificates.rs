use crate::{judges, samples, saved};
use chrono::DateTime;
use domain::certificate::{Outcome, State};
use domain::wording::Language;
use render::RenderError;
use render::certificate::{collection, single, site};

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
            "1c0e85b1d7f2a964",
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
    certificate.head.order_number = "w".repeat(6000);
    certificate.register[3].notes = "z".repeat(9000);
    certificate.register[4].tag = "T".repeat(80);
    let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    judges::check(&pdf);
    let words = judges::ask("pdftotext", &["-raw", judges::text(&pdf), "-"]);
    let count = |c: char| words.chars().filter(|w| *w == c).count();
    assert!(count('x') >= 200 && count('y') >= 4000 && count('z') >= 9000 && count('T') >= 80);
    assert!(count('w') >= 6000, "a long fact goes over pages");
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
fn every_word_of_every_language_has_its_glyphs() {
    for word in samples::every_word() {
        assert_eq!(render::missing_glyphs(&word), [], "{word}");
    }
}

#[test]
fn german_and_australian_papers_speak_so_and_lose_no_letter() {
    if !judges::present(&["qpdf", "pdftotext"]) {
        return;
    }
    for (language, wanted) in [
        (
            Language::De,
            ["Prüfprotokoll", "Mängel:bis", "Seite1von", "Schutzleiter0,21", "Geräteleitung", "Fotos"],
        ),
        (Language::EnAu, ["Reportnumber", "In-servicesafety", "Page1of", "Retest", "Cordset", "Photos"]),
    ] {
        let certificate = samples::site_in(language, 40);
        let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
        judges::check(&pdf);
        let words = squeezed(&judges::ask("pdftotext", &["-raw", judges::text(&pdf), "-"]));
        for wanted in wanted {
            assert!(words.contains(wanted), "{wanted} in {words}");
        }
        assert!(!words.contains('\u{fffd}'), "a glyph is missing");
        assert!(certificate.register.iter().all(|row| words.contains(&row.tag)));
    }
}

#[test]
fn a_collection_has_contents_bookmarks_and_every_site_in_full() {
    if !judges::present(&["qpdf", "pdftotext"]) {
        return;
    }
    let certificate = samples::collection(7, 30);
    let (_folder, pdf) = saved(&collection(&certificate, DateTime::UNIX_EPOCH).expect("a collection"));
    judges::check(&pdf);
    let words = judges::words(&pdf);
    let pages: Vec<_> = words.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
    assert!(pages[0].contains("Contents") && squeezed(pages[0]).contains("Resultsbysite"));
    let tested: usize = certificate.sites.iter().map(|one| one.totals.tested).sum();
    assert!(squeezed(pages[0]).contains(&format!("of{tested}testeditems")), "{}", pages[0]);
    for one in &certificate.sites {
        let line =
            pages[0].lines().find(|line| line.contains(&one.head.number)).expect("a line of the contents");
        let page: usize = line.split_whitespace().last().and_then(|n| n.parse().ok()).expect("a page number");
        assert!(
            pages[page - 1].contains(&one.head.number) && pages[page - 1].contains("In-service"),
            "{line}"
        );
        assert!(pages[page - 1].contains(&format!("Page {page} of {}", pages.len())));
    }
    let json = judges::ask("qpdf", &["--json=2", "--json-key=outlines", judges::text(&pdf)]);
    for one in &certificate.sites {
        let title = format!("{} {}", one.head.site, one.head.number);
        assert!(json.contains(&title), "{title} in {json}");
    }
    assert_eq!(json.matches("Register of items tested").count(), 7);
}

#[test]
fn photos_repairs_corrections_and_revisions_stand_on_the_paper() {
    if !judges::present(&["qpdf", "pdftotext", "pdfimages"]) {
        return;
    }
    let certificate = samples::rich_site(20);
    let (_folder, pdf) = saved(&site(&certificate, DateTime::UNIX_EPOCH).expect("a certificate"));
    judges::check(&pdf);
    let words = squeezed(&judges::words(&pdf));
    for wanted in [
        "Repairsdone",
        "Testafterrepair",
        "Correctedrecords",
        "wrongitem",
        "Decisionsbyamanager",
        "Locklifted",
        "Revisionhistory",
        "4recordsadded",
        "Photos",
        "3morephotos",
        "[1]Instrument32A-0071",
    ] {
        assert!(words.contains(wanted), "{wanted} in {words}");
    }
    let images = judges::ask("pdfimages", &["-list", judges::text(&pdf)]);
    assert_eq!(images.lines().filter(|line| line.contains("jpeg")).count(), 5, "{images}");
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

#[test]
fn a_risk_assessment_says_what_was_weighed_and_who_signed() {
    if !judges::present(&["qpdf", "pdftotext"]) {
        return;
    }
    for (lines, pages) in [(2, 1), (70, 2)] {
        let paper = samples::assessment(lines);
        let bytes = render::certificate::assessment(&paper, DateTime::UNIX_EPOCH).expect("an assessment");
        let (_folder, pdf) = saved(&bytes);
        judges::check(&pdf);
        let words = judges::words(&pdf);
        for wanted in [
            "RA-000007",
            "revision 2",
            "9 of 18 points",
            "none: looked at twice a year",
            "figure not confirmed",
            "Zoë Müller-Grabowska",
            "Łódź Street campus",
            "9f31c2a7e05b",
        ] {
            assert!(squeezed(&words).contains(&squeezed(wanted)), "{wanted} in {words}");
        }
        assert!(words.contains(&format!("Page {pages} of {pages}")), "{words}");
    }
}
