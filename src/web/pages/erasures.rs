//! Erasing a person, for administrators: found by name, ticked, erased with a reason.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::ErasePerson;
use store::erasures::Named;

use crate::actions::erasures::{self, Erase, Report, WHILE_OPEN};
use crate::error::Result;
use crate::web::editing::{Pairs, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "erasures.html")]
struct ErasuresPage {
    chrome: Chrome,
    form: Form,
    found: Option<Report>,
    /// Certificates that wait for a revision without the name.
    waiting: usize,
    busy: bool,
}

impl ErasuresPage {
    /// What somebody is, in words.
    fn what(&self, one: &Named) -> String {
        let counted = |count: i64, what: &str| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            count => Some(format!("{count} {what}s")),
        };
        let parts = [
            one.role.map(|role| format!("user, {}", role.label().to_lowercase())),
            one.from_file.then(|| "named in testers' files".to_owned()),
            counted(one.tests, "test"),
            counted(one.sign_offs, "signature").map(|words| format!("{words} for a customer")),
            counted(one.faults, "report").map(|words| format!("{words} of faults")),
            counted(one.assessments, "risk assessment").map(|words| format!("{words} signed")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// What is still to be done by them.
    fn duties(&self, one: &Named) -> Option<String> {
        match one.open_visits {
            0 => None,
            1 => Some("1 visit of theirs is open: close it or give it to somebody else first.".to_owned()),
            count => Some(format!(
                "{count} visits of theirs are open: close them or give them to somebody else first."
            )),
        }
    }
}

/// `GET /erasures?q=`: where a name stands.
///
/// # Errors
/// Forbidden; too few characters show the form again.
pub async fn find_person(visitor: Visitor, pairs: web::Query<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let page = page(visit, Form::new(pairs.into_inner()))?;
            let reply =
                if page.form.errors().is_empty() { Reply::ok(&page)? } else { Reply::unprocessable(&page)? };
            // Without a script the page asks again by itself.
            Ok(if page.busy && page.found.is_none() { reply.header("refresh", "3") } else { reply })
        })
        .await
}

fn page(visit: &Visit, mut form: Form) -> Result<ErasuresPage> {
    let right = visit.right::<ErasePerson>()?;
    let words = form.text("q");
    let mut found = None;
    if !words.is_empty() {
        match erasures::find_named(&visit.app, &right, &words) {
            Ok(report) => found = Some(report),
            Err(error) => again(&mut form, error)?,
        }
    }
    let (waiting, busy) = erasures::find_left(&visit.app)?;
    Ok(ErasuresPage { chrome: Chrome::new(visit, "Erase a person"), form, found, waiting, busy })
}

/// `POST /erasures`.
///
/// # Errors
/// Forbidden, not found; a missing reason and the last administrator show the page again.
pub async fn erase_person(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.in_person()?;
            let right = visit.right::<ErasePerson>()?;
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["q", "person", "text", "reason"]);
            let mut what = Erase { words: form.text("q"), reason: form.text("reason"), ..Erase::default() };
            what.texts = form.all("text").to_vec();
            for id in form.all("person").to_vec() {
                match id.parse() {
                    Ok(id) => what.people.push(id),
                    Err(_) => form.fail("person", format!("\"{id}\" is no person")),
                }
            }
            match form.check().and_then(|()| erasures::erase(&visit.app, &right, &what)) {
                Ok(_) => {
                    visit.behind("erasures", |app, _| erasures::finish(app, WHILE_OPEN).map(drop))?;
                    Ok(Reply::see_other("/erasures", "erased"))
                }
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}
