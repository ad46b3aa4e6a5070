//! Many certificates at once: all sites of a customer in one file, or single certificates in one archive.

use actix_web::http::header::{CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{self, Bytes};
use actix_web::{Either, HttpResponse};
use chrono::NaiveDate;
use domain::permission::IssueCertificate;
use futures_util::stream::try_unfold;

use super::{again, options, read};
use crate::actions::certificates::{Batch, collect_certificates};
use crate::error::{Error, Result};
use crate::web::editing::refuse_unknown;
use crate::web::forms::Form;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

/// `POST /certificates/merged`: the certificates of a `customer`'s sites `from` a day `to` a day, in one PDF.
///
/// # Errors
/// Forbidden; not found; field errors, and nothing tested, show the list with its forms again.
pub async fn merge_certificates(visitor: Visitor, pairs: web::Form<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<IssueCertificate>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["customer", "from", "to", "photos"]);
            let asked = days(&mut form);
            match asked.and_then(|asked| merged(visit, asked, &form)) {
                Err(error @ (Error::Invalid(_) | Error::Conflict(_) | Error::TooLarge(_))) => {
                    again(visit, form, error)
                }
                other => other,
            }
        })
        .await
}

/// The file itself; the API gives the same.
///
/// # Errors
/// As [`collect_certificates`].
pub fn merged(visit: &Visit, asked: (i64, NaiveDate, NaiveDate), form: &Form) -> Result<Reply> {
    let right = visit.right::<IssueCertificate>()?;
    let collected = collect_certificates(&visit.app, &right, asked, (options(form), &mut |_, _| {}))?;
    let (customer, from, to) = asked;
    let name = format!("certificates-customer-{customer}-{from}-{to}.pdf");
    let numbers: Vec<&str> = collected.rows.iter().map(|row| row.number.as_str()).collect();
    Ok(Reply::download("application/pdf", &name, collected.pdf).header("x-certificates", numbers.join(" ")))
}

/// A customer and two days; every field that is missing is named.
///
/// # Errors
/// Field errors, which the form keeps too.
pub fn days(form: &mut Form) -> Result<(i64, NaiveDate, NaiveDate)> {
    let (customer, from, to) = (form.id("customer"), form.date("from"), form.date("to"));
    for (name, missing) in [("customer", customer.is_none()), ("from", from.is_none()), ("to", to.is_none())]
    {
        if missing && form.value(name).is_empty() {
            form.fail(name, "fill this in");
        }
    }
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        form.fail("to", "the last day is before the first");
    }
    form.check()?;
    match (customer, from, to) {
        (Some(customer), Some(from), Some(to)) => Ok((customer, from, to)),
        _ => Err(Error::field("customer", "choose a customer and two days")),
    }
}

/// `POST /certificates/singles`: each test of a `visit`, or of a `site` `from` a day `to` a day, as a file of its own in
/// a ZIP. The archive is sent as it is made: a certificate at a time is in memory.
///
/// # Errors
/// Forbidden; not found; field errors, and nothing tested, show the list with its forms again.
pub async fn batch_certificates(
    visitor: Visitor,
    pairs: web::Form<Vec<(String, String)>>,
) -> Result<Either<Reply, HttpResponse>> {
    let first = visitor.clone().run(move |visit| {
        let right = visit.right::<IssueCertificate>()?;
        let mut form = Form::new(pairs.into_inner());
        let options = options(&form);
        match read(&mut form).and_then(|subject| Batch::new(&visit.app, &right, (&subject, options))) {
            Ok(batch) => Ok(Either::Right(batch)),
            Err(error @ (Error::Invalid(_) | Error::Conflict(_) | Error::TooLarge(_))) => {
                again(visit, form, error).map(Either::Left)
            }
            Err(error) => Err(error),
        }
    });
    let batch = match first.await? {
        Either::Left(reply) => return Ok(Either::Left(reply)),
        Either::Right(batch) => batch,
    };
    // An error on the way breaks the connection off: a shorter archive must not look like a whole one.
    let bytes = try_unfold((visitor, batch), |(visitor, batch)| async move {
        let next = visitor.clone().run(move |visit| {
            let mut batch = batch;
            let bytes = batch.next(&visit.app, &visit.right::<IssueCertificate>()?)?;
            Ok(bytes.map(|bytes| (Bytes::from(bytes), batch)))
        });
        Ok::<_, Error>(next.await?.map(|(bytes, batch)| (bytes, (visitor, batch))))
    });
    let response = HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"certificates.zip\""))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(Box::pin(bytes));
    Ok(Either::Right(response))
}
