//! The certificate of a site over a period.

use super::closing::{close, instruments, section};
use super::flow::Flow;
use super::style::BODY;
use super::table::{Cell, Column, Table};
use super::{add_picture, finish, head, register, start, totals};
use crate::RenderError;
use chrono::{DateTime, Utc};
use domain::certificate::{Failure, NotFound, SiteCertificate};

/// The certificate of a site over a period: head, totals and failures upright, the register across.
///
/// # Errors
/// A logo or signature cannot be read.
pub fn site(certificate: &SiteCertificate, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    let mut document = start(&certificate.head, created);
    let logo = add_picture(&mut document, certificate.head.firm.logo.as_ref())?;
    let mut signed = Vec::new();
    for signature in &certificate.closing.signatures {
        signed.push(add_picture(&mut document, signature.image.as_ref())?);
    }
    let mut flow = Flow::new();
    head::top(&mut flow, &certificate.head, logo, "In-service inspection and testing");
    head::facts(&mut flow, &certificate.head);
    totals::draw(&mut flow, &certificate.totals);
    failures(&mut flow, certificate);
    not_found(&mut flow, &certificate.not_found);
    section(&mut flow, "Repairs done", &certificate.repairs.join("\n"));
    section(&mut flow, "Extent", &certificate.head.extent);
    section(&mut flow, "Limitations", &certificate.head.limitations);
    instruments(&mut flow, &certificate.head);
    close(&mut flow, &certificate.closing, &signed);
    register::draw(&mut flow, &certificate.register);
    finish(document, flow, &certificate.head)
}

fn failures(flow: &mut Flow, certificate: &SiteCertificate) {
    if certificate.failures.is_empty() {
        flow.heading("Failures", 6.0);
        // Only the totals know whether there is nothing to list or the list was not given.
        let none = if certificate.totals.failed == 0 { "No item failed." } else { "See the register." };
        flow.paragraph(none, BODY);
    } else {
        flow.heading("Failures: do not use until repaired and tested", 14.0);
        list(flow, &certificate.failures);
    }
    if !certificate.incomplete.is_empty() {
        flow.heading("Incomplete: neither passed nor failed", 14.0);
        list(flow, &certificate.incomplete);
    }
}

fn list(flow: &mut Flow, items: &[Failure]) {
    let titles = ["Tag", "Item", "Location", "Reason", "Action"];
    let columns = titles.into_iter().zip([22.0, 38.0, 38.0, 44.0, 34.0]);
    let columns = columns.map(|(title, width_mm)| Column { title, width_mm }).collect();
    let rows = items.iter().map(|f| {
        let [description, location, action] =
            [&f.description, &f.location, &f.action].map(|t| Cell::plain(t.as_str()));
        vec![Cell::bold(f.tag.as_str()), description, location, Cell::bold(f.reason.as_str()), action]
    });
    Table { columns, style: BODY.pt(7.6), zebra: false }.draw(flow, rows);
}

fn not_found(flow: &mut Flow, items: &[NotFound]) {
    if items.is_empty() {
        return;
    }
    flow.heading("Not found", 14.0);
    let columns = ["Tag", "Item", "Last known location"].into_iter().zip([22.0, 70.0, 84.0]);
    let columns = columns.map(|(title, width_mm)| Column { title, width_mm }).collect();
    let rows = items.iter().map(|n| {
        vec![
            Cell::bold(n.tag.as_str()),
            Cell::plain(n.description.as_str()),
            Cell::plain(n.location.as_str()),
        ]
    });
    Table { columns, style: BODY.pt(7.6), zebra: false }.draw(flow, rows);
}
