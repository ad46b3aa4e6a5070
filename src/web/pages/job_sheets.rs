//! Job sheets: the PDF, and the customer's signature on the engineer's phone.

use actix_multipart::Multipart;
use actix_web::web;
use askama::Template;
use domain::charge::duration;
use domain::permission::{DownloadPapers, ViewRegister, WorkJob};

use crate::actions::job_sheets::{self, Gathered, JobSigner};
use crate::error::{Error, Result};
use crate::web::editing::refuse_unknown;
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::{Upload, read_upload};
use crate::web::visitor::{Visit, Visitor};

/// A picture of a signature may be this large, in bytes.
const PICTURE_BYTES: usize = 8 << 20;

#[derive(Template)]
#[template(path = "job_sheets/sign.html")]
struct SignJobPage {
    chrome: Chrome,
    form: Form,
    shown: Gathered,
}

impl SignJobPage {
    fn time(&self, minutes: i64) -> String {
        duration(minutes)
    }
}

/// A job's sheet as an answer; the API gives the same.
///
/// # Errors
/// Not found.
pub fn sheet_reply(visit: &Visit, number: &str) -> Result<Reply> {
    let bytes = job_sheets::sheet_pdf(&visit.app, &visit.right::<DownloadPapers>()?, number)?;
    Ok(Reply::download("application/pdf", &format!("job-sheet-{number}.pdf"), bytes))
}

/// `GET /jobs/{number}/sheet.pdf`.
///
/// # Errors
/// Not found.
pub async fn download_sheet(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| sheet_reply(visit, &number)).await
}

/// `GET /jobs/{number}/signed/{id}.pdf`: a sheet as it was signed.
///
/// # Errors
/// Not found.
pub async fn download_signed(visitor: Visitor, path: web::Path<(String, String)>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (number, id) = path.into_inner();
            let bytes = job_sheets::signed_pdf(&visit.app, &visit.right()?, &number, &id)?;
            Ok(Reply::download("application/pdf", &format!("job-sheet-{number}-signed.pdf"), bytes))
        })
        .await
}

/// `GET /jobs/{number}/sign`.
///
/// # Errors
/// Forbidden; not found.
pub async fn show_sign(visitor: Visitor, number: web::Path<String>) -> Result<Reply> {
    visitor.run(move |visit| Reply::ok(&page(visit, &number, Form::default())?)).await
}

fn page(visit: &Visit, number: &str, form: Form) -> Result<SignJobPage> {
    visit.right::<WorkJob>()?;
    let shown = job_sheets::show_sheet(&visit.app, &visit.right::<ViewRegister>()?, number)?;
    Ok(SignJobPage { chrome: Chrome::new(visit, format!("Sign for {}", shown.job.number)), form, shown })
}

/// `POST /jobs/{number}/sign`.
///
/// # Errors
/// Forbidden; not found; too large; field errors and work logged meanwhile show the page again.
pub async fn sign_job(visitor: Visitor, number: web::Path<String>, parts: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    visitor.clone().run(|visit| visit.right::<WorkJob>().map(drop)).await?;
    let upload = read_upload(parts, "signature", PICTURE_BYTES).await?;
    visitor.run(move |visit| sign(visit, &number, upload)).await
}

fn sign(visit: &Visit, number: &str, upload: Upload) -> Result<Reply> {
    let mut form = upload.form.clone();
    refuse_unknown(&mut form, &["name", "role", "record"]);
    let (name, role, record) = (form.required("name"), form.text("role"), form.text("record"));
    if upload.bytes.is_empty() {
        form.fail("signature", "sign in the box, or choose a picture of the signature");
    }
    let signer = JobSigner { name: &name, role: &role, picture: &upload.bytes, record: &record };
    let done = form.check().and_then(|()| job_sheets::sign_job(&visit.app, &visit.right()?, number, &signer));
    match done {
        Ok(_) => Ok(Reply::see_other(&format!("/jobs/{number}"), "signed_for")),
        Err(error @ (Error::Invalid(_) | Error::Conflict(_))) => {
            if form.errors().is_empty() {
                form.take(error)?;
            }
            Reply::unprocessable(&page(visit, number, form)?)
        }
        Err(error) => Err(error),
    }
}
