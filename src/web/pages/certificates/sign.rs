//! The customer's representative signs on the engineer's phone.

use actix_multipart::Multipart;
use actix_web::web;
use askama::Template;
use domain::permission::IssueCertificate;

use super::{options, read};
use crate::actions::certificates::{self, Signer, Subject, ToSign};
use crate::error::{Error, Result};
use crate::web::editing::refuse_unknown;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::{Upload, read_upload};
use crate::web::visitor::{Visit, Visitor};

/// A picture of a signature may be this large, in bytes.
const PICTURE_BYTES: usize = 8 << 20;
/// The failed items named before somebody signs.
const MOST_FAILURES: usize = 30;

#[derive(Template)]
#[template(path = "certificates/sign.html")]
struct SignPage {
    chrome: Chrome,
    form: Form,
    /// What is certified, as hidden fields.
    fields: Vec<(&'static str, String)>,
    shown: ToSign,
}

impl SignPage {
    /// The failed items that are named, and how many more there are.
    fn failures(&self) -> (&[(String, String, String)], usize) {
        let named = self.shown.failures.len().min(MOST_FAILURES);
        (&self.shown.failures[..named], self.shown.failures.len() - named)
    }
}

/// A subject as form fields.
pub(super) fn fields_of(subject: &Subject) -> Vec<(&'static str, String)> {
    match subject {
        Subject::Test(id) => vec![("test", id.clone())],
        Subject::Visit(id) => vec![("visit", id.to_string())],
        Subject::Period { site_id, from, to } => {
            vec![("site", site_id.to_string()), ("from", from.to_string()), ("to", to.to_string())]
        }
    }
}

/// `GET /certificates/sign`: what is signed for (`test=`, `visit=`, or `site=`, `from=` and `to=`), and where.
///
/// # Errors
/// Forbidden; not found; a conflict where nothing was tested.
pub async fn show_sign(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<IssueCertificate>()?;
            let mut form = Form::new(pairs.into_inner());
            let subject = read(&mut form)?;
            form.set("photos", "yes");
            Reply::ok(&page(visit, &subject, form)?)
        })
        .await
}

fn page(visit: &Visit, subject: &Subject, form: Form) -> Result<SignPage> {
    let shown = certificates::show_to_sign(&visit.app, &visit.right()?, subject)?;
    Ok(SignPage {
        chrome: Chrome::new(visit, "Sign for the customer"),
        form,
        fields: fields_of(subject),
        shown,
    })
}

/// `POST /certificates/sign`: keeps the signature and issues the certificate with it.
///
/// # Errors
/// Forbidden; not found; too large; field errors and records that changed meanwhile show the page again.
pub async fn sign_certificate(visitor: Visitor, parts: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    visitor.clone().run(|visit| visit.right::<IssueCertificate>().map(drop)).await?;
    let upload = read_upload(parts, "signature", PICTURE_BYTES).await?;
    visitor.run(move |visit| sign(visit, upload)).await
}

fn sign(visit: &Visit, upload: Upload) -> Result<Reply> {
    let mut form = upload.form.clone();
    let subject = read(&mut form)?;
    refuse_unknown(&mut form, &["test", "visit", "site", "from", "to", "name", "role", "records", "photos"]);
    let (name, role, records) = (form.required("name"), form.text("role"), form.text("records"));
    if upload.bytes.is_empty() {
        form.fail("signature", "sign in the box, or choose a picture of the signature");
    }
    let signer = Signer { name: &name, role: &role, picture: &upload.bytes, records: &records };
    let done = form.check().and_then(|()| {
        certificates::sign_certificate(&visit.app, &visit.right()?, &subject, (&signer, options(&form)))
    });
    match done {
        Ok(issued) => Ok(Reply::see_other(&format!("/certificates/{}", issued.row.number), "signed")),
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            if form.errors().is_empty() {
                form.take(error)?;
            }
            Reply::unprocessable(&page(visit, &subject, form)?)
        }
        Err(error) => Err(error),
    }
}
