//! What an eye would see on the pages, measured: nothing beyond the paper, nothing over anything else, no heading
//! alone at the foot.

use crate::{judges, samples, saved};
use chrono::DateTime;
use domain::certificate::SiteCertificate;
use domain::wording::Language;
use render::certificate::{collection, site};
use std::path::Path;

/// A word and its box in points from the top left.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    area: [f64; 4],
}

struct Page {
    size: [f64; 2],
    words: Vec<Word>,
}

fn number(line: &str, name: &str) -> f64 {
    let value = line.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} in {line}"))
}

fn pages(pdf: &Path) -> Vec<Page> {
    let out = pdf.with_extension("html");
    judges::ask("pdftotext", &["-bbox", judges::text(pdf), judges::text(&out)]);
    let mut pages: Vec<Page> = vec![];
    for line in std::fs::read_to_string(out).expect("boxes").lines().map(str::trim) {
        if line.starts_with("<page ") {
            pages.push(Page { size: ["width", "height"].map(|name| number(line, name)), words: vec![] });
        } else if line.starts_with("<word ") {
            let area = ["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name));
            let text = line.split('>').nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
            pages.last_mut().expect("a page").words.push(Word { text: text.to_string(), area });
        }
    }
    pages
}

/// How much of the smaller box lies under the other, 0 to 1. Boxes reach from ascender to descender, lines do not touch.
fn overlap(a: &Word, b: &Word) -> f64 {
    let ([ax, ay, aw, ah], [bx, by, bw, bh]) = (a.area, b.area);
    let (w, h) = (aw.min(bw) - ax.max(bx), ah.min(bh) - ay.max(by));
    let smaller = ((aw - ax) * (ah - ay)).min((bw - bx) * (bh - by));
    if w <= 0.0 || h <= 0.0 || smaller <= 0.0 { 0.0 } else { w * h / smaller }
}

pub(super) fn check_boxes(name: &str, pdf: &Path) {
    for (at, page) in pages(pdf).iter().enumerate() {
        let [width, height] = page.size;
        for (index, word) in page.words.iter().enumerate() {
            let [x0, y0, x1, y1] = word.area;
            let inside = x0 >= 14.0 && y0 >= 14.0 && x1 <= width - 14.0 && y1 <= height - 14.0;
            assert!(
                inside,
                "{name} page {}: {} at {:?} reaches into the edge of the paper",
                at + 1,
                word.text,
                word.area
            );
            for other in &page.words[index + 1..] {
                let covered = overlap(word, other);
                assert!(
                    covered < 0.3,
                    "{name} page {}: {} over {} at {:?}",
                    at + 1,
                    word.text,
                    other.text,
                    word.area
                );
            }
        }
    }
}

#[test]
fn nothing_is_cut_and_nothing_covers_anything() {
    if !judges::present(&["pdftotext"]) {
        return;
    }
    let mut long = samples::rich_site(60);
    for row in long.register.iter_mut().step_by(4) {
        row.notes = samples::painful();
        row.tag = "CUSTOMER-OWN-CODE-0123456789".into();
        row.insulation.text = ">1999.99\u{a0}✓\n≥\u{a0}0.25 (500\u{a0}V)".into();
        row.rcd.text = "5×\u{a0}28.5\u{a0}✓ (≤\u{a0}40)\n27\u{a0}✓ (≤\u{a0}300)".into();
        row.leakage.text = "touch\u{a0}0.249\u{a0}✓ (≤\u{a0}0.5)\nPE\u{a0}0.31\u{a0}✓ (≤\u{a0}3.5)".into();
        row.functional.text = "Pass".into();
    }
    long.head.limitations = samples::painful().repeat(6);
    long.failures[0].reason = samples::painful();
    let papers = [
        ("site", long),
        ("de", samples::site_in(Language::De, 60)),
        ("au", samples::site_in(Language::EnAu, 60)),
        ("one", samples::rich_site(1)),
    ];
    for (name, paper) in papers {
        let (_folder, pdf) = saved(&site(&paper, DateTime::UNIX_EPOCH).expect("a certificate"));
        check_boxes(name, &pdf);
    }
    let many = samples::collection(40, 6);
    let (_folder, pdf) = saved(&collection(&many, DateTime::UNIX_EPOCH).expect("a collection"));
    check_boxes("collection", &pdf);
}

/// The last line of a page above its foot.
fn last_line(page: &str) -> String {
    let lines: Vec<&str> = page.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let foot = lines.iter().rposition(|line| line.contains("Page ")).unwrap_or(lines.len());
    lines[..foot].last().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

#[test]
fn no_heading_and_no_table_head_stands_alone_at_the_foot_of_a_page() {
    if !judges::present(&["pdftotext"]) {
        return;
    }
    let words = Language::EnGb.words();
    let alone = [
        words.failures_heading,
        words.incomplete_heading,
        "Not found",
        words.repairs,
        words.corrections,
        words.decisions,
        words.extent,
        words.limitations,
        words.instruments,
        words.history,
        words.declaration_heading,
        words.register,
        words.notes_to_register,
        words.photos,
        words.contents,
        words.results_by_site,
    ];
    let of = |lost: usize, paragraphs: usize| -> SiteCertificate {
        let mut paper = samples::rich_site(40);
        // Grows line by line, so that each heading comes to stand at the foot once.
        let one = paper.not_found[0].clone();
        paper.not_found.extend(std::iter::repeat_n(one, lost));
        paper.head.extent = "A line of the extent.\n".repeat(paragraphs + 1);
        paper
    };
    for step in 0..24 {
        let paper = of(step * 2, step % 5);
        let (_folder, pdf) = saved(&site(&paper, DateTime::UNIX_EPOCH).expect("a certificate"));
        for (at, page) in judges::words(&pdf).split('\u{c}').enumerate() {
            let last = last_line(page);
            let head = last.starts_with("Tag Item") || last.starts_with("Make Model");
            assert!(!alone.contains(&last.as_str()) && !head, "step {step} page {}: {last}", at + 1);
        }
    }
}
