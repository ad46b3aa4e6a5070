//! What a certificate says of itself: at the top, on every page, and of customer, dates and people.

use super::{number_and_revision, warning};
use crate::paper::Picture;
use crate::paper::flow::{Flow, Page};
use crate::paper::head::{self, Masthead};
use domain::certificate::Head;
use domain::wording::fill;

/// What stands around the pages of a certificate.
pub(super) fn masthead(head: &Head) -> Masthead<'_> {
    let (words, language) = (head.language.words(), head.language);
    let mut below = vec![fill(words.revision, &[&head.revision.max(1).to_string()])];
    below.extend(head.issued.map(|day| fill(words.issued, &[&language.day(day)])));
    let named = !head.number.is_empty();
    let place = [head.customer.as_str(), head.site.as_str()].join(", ");
    Masthead {
        language,
        firm: &head.firm,
        caption: words.certificate_number,
        number: &head.number,
        below,
        foot: if named {
            format!("{} {}", words.certificate, number_and_revision(head))
        } else {
            String::new()
        },
        left: place.trim_matches([',', ' ']).to_owned(),
        right: language.days(head.from, head.to),
        warning: warning(head),
    }
}

/// Firm, number, title and, where it applies, the warning not to rely on this copy.
pub(super) fn top(flow: &mut Flow, head: &Head, logo: Option<Picture>, title: &str) {
    head::top(flow, &masthead(head), logo, title);
}

/// Running head and page number.
pub(super) fn running(page: &mut Page, head: &Head, number: usize, count: usize) {
    head::running(page, &masthead(head), number, count);
}

/// Customer, site, dates, people and standard.
pub(super) fn facts(flow: &mut Flow, head: &Head) {
    let testers: Vec<_> = head
        .testers
        .iter()
        .map(|t| {
            if t.qualification.is_empty() {
                t.name.clone()
            } else {
                format!("{}, {}", t.name, t.qualification)
            }
        })
        .collect();
    let site = [head.site.as_str(), head.site_address.as_str()].join("\n");
    let standard = [head.standard.as_str(), head.edition.as_str()].join(", ");
    let words = flow.words;
    let facts = [
        (words.customer, head.customer.clone()),
        (words.site, site.trim().to_string()),
        (words.contact, head.contact.clone()),
        (words.dates, flow.language.days(head.from, head.to)),
        (words.tested_by, testers.join("\n")),
        (words.standard, standard.trim_matches([',', ' ']).to_string()),
        (words.order_number, head.order_number.clone()),
    ];
    flow.facts(4, &facts);
}
