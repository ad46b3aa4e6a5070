//! One's own account: each part of the page is a form of its own.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{CreateToken, FollowDues, ManageOwnAccount, ViewRegister};
use store::customers::Customer;
use store::people::Person;
use store::sessions::Session;

use crate::actions::account::{self, Account};
use crate::actions::api_tokens::{self, TokenFields};
use crate::actions::customers;
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet, again, refuse_unknown};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// A picture of a signature may be this large, in bytes.
const PICTURE_BYTES: usize = 8 << 20;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    chrome: Chrome,
    account: Account,
    this: i64,
    customers: Vec<Customer>,
    details: Form,
    conflict: Conflict,
    password: Form,
    token: Form,
    signature: Form,
    made: Made,
    /// Whether tokens and the calendar of what falls due are for this reader.
    makes_tokens: bool,
    follows_dues: bool,
}

/// A secret just made, shown this once.
#[derive(Debug, Default)]
struct Made {
    token: Option<String>,
    feed: Option<String>,
}

const DETAILS: Sheet<Person, (String, String, String)> =
    Sheet { fields: &["name", "initials", "qualification"], read: read_details, fill: fill_details };

/// `GET /account`.
///
/// # Errors
/// Forbidden to a token.
pub async fn show_account(visitor: Visitor) -> Result<Reply> {
    let page = visitor.run(page).await?;
    Reply::ok(&page)
}

fn page(visit: &Visit) -> Result<AccountPage> {
    let session = visit.in_person()?;
    let account = account::find_account(&visit.app, &visit.right::<ManageOwnAccount>()?, session)?;
    let makes_tokens = visit.actor.may::<CreateToken>();
    let customers = match makes_tokens {
        true => customers::list_customers(&visit.app, &visit.right::<ViewRegister>()?)?,
        false => vec![],
    };
    let details = fill_details(&account.person);
    Ok(AccountPage {
        chrome: Chrome::new(visit, "My account"),
        account,
        this: session.id,
        customers,
        details,
        conflict: None,
        password: Form::default(),
        token: Form::default(),
        signature: Form::default(),
        made: Made::default(),
        makes_tokens,
        follows_dues: visit.actor.may::<FollowDues>(),
    })
}

/// Does something in person and comes back to the page.
async fn act(
    visitor: Visitor,
    done: &'static str,
    work: impl FnOnce(&Visit, &Session) -> Result<()> + Send + 'static,
) -> Result<Reply> {
    visitor
        .run(move |visit| {
            work(visit, visit.in_person()?)?;
            Ok(Reply::see_other("/account", done))
        })
        .await
}

/// `POST /account/details`.
///
/// # Errors
/// Forbidden to a token; field errors and a concurrent change show the form again.
pub async fn change_details(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (session, right) = (visit.in_person()?, visit.right::<ManageOwnAccount>()?);
            let find = || Ok(account::find_account(&visit.app, &right, session)?.person);
            let change = |version, fields| {
                account::change_details(&visit.app, &right, session, version, fields)?;
                Ok("/account".to_owned())
            };
            let show = |details, conflict| Ok(AccountPage { details, conflict, ..page(visit)? });
            DETAILS.change(pairs.into_inner(), find, change, show)
        })
        .await
}

/// `POST /account/signature`: a picture, drawn or chosen.
///
/// # Errors
/// Too large; what is no picture shows the form again.
pub async fn change_signature(visitor: Visitor, parts: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    visitor.clone().run(|visit| visit.in_person().map(drop)).await?;
    let upload = read_upload(parts, "signature", PICTURE_BYTES).await;
    visitor
        .run(move |visit| {
            let (session, right) = (visit.in_person()?, visit.right::<ManageOwnAccount>()?);
            let done = upload.and_then(|upload| {
                account::change_signature(&visit.app, &right, session, Some(upload.file("signature")?))
            });
            match done {
                Ok(()) => Ok(Reply::see_other("/account", "saved")),
                Err(error) => {
                    let mut signature = Form::default();
                    again(&mut signature, error)?;
                    Reply::unprocessable(&AccountPage { signature, ..page(visit)? })
                }
            }
        })
        .await
}

/// `POST /account/signature/remove`.
///
/// # Errors
/// Forbidden to a token.
pub async fn remove_signature(visitor: Visitor) -> Result<Reply> {
    act(visitor, "removed", |visit, session| {
        account::change_signature(&visit.app, &visit.right()?, session, None)
    })
    .await
}

/// `GET /account/signature.png`.
///
/// # Errors
/// Not found where there is none.
pub async fn show_signature(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let account = account::find_account(&visit.app, &visit.right()?, visit.in_person()?)?;
            let png = account.person.signature.ok_or_else(|| Error::NotFound("signature".to_owned()))?;
            Ok(Reply::new(StatusCode::OK, "image/png", png))
        })
        .await
}

/// `POST /account/password`.
///
/// # Errors
/// Slow down; a wrong old or unfit new password shows the form again.
pub async fn change_password(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (session, right) = (visit.in_person()?, visit.right::<ManageOwnAccount>()?);
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["old_password", "password"]);
            let typed = |name: &str| form.all(name).last().cloned().unwrap_or_default();
            let (old, new) = (typed("old_password"), typed("password"));
            let done = form
                .check()
                .and_then(|()| account::change_password(&visit.app, &right, session, (&old, &new)));
            match done {
                Ok(()) => Ok(Reply::see_other("/account", "saved")),
                Err(error) => {
                    form.set("old_password", "").set("password", "");
                    again(&mut form, error)?;
                    Reply::unprocessable(&AccountPage { password: form, ..page(visit)? })
                }
            }
        })
        .await
}

/// `POST /account/sessions/{id}/end`.
///
/// # Errors
/// Not found when it is nobody's or somebody else's.
pub async fn end_session(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    act(visitor, "ended", move |visit, session| {
        account::end_session(&visit.app, &visit.right()?, session, *id)
    })
    .await
}

/// `POST /account/sessions/end`: all but this one.
///
/// # Errors
/// Forbidden to a token.
pub async fn end_other_sessions(visitor: Visitor) -> Result<Reply> {
    act(visitor, "ended", |visit, session| account::end_other_sessions(&visit.app, &visit.right()?, session))
        .await
}

/// `POST /account/tokens`: shows the new token, this once.
///
/// # Errors
/// Not found for a customer outside one's sight; field errors show the form again.
pub async fn make_token(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (session, _) = (visit.in_person()?, visit.right::<CreateToken>()?);
            let mut form = Form::new(pairs.into_inner());
            refuse_unknown(&mut form, &["token_name", "read_only", "customer_id"]);
            let fields = TokenFields {
                name: form.required("token_name"),
                read_only: form.ticked("read_only"),
                customer_id: form.id("customer_id"),
            };
            if form.check().is_err() {
                return Reply::unprocessable(&AccountPage { token: form, ..page(visit)? });
            }
            let token = api_tokens::make_token(&visit.app, &visit.actor, session.person_id, &fields)?;
            let made = Made { token: Some(token), feed: None };
            Reply::ok(&AccountPage { made, ..page(visit)? })
        })
        .await
}

/// `POST /account/tokens/{id}/revoke`.
///
/// # Errors
/// Not found when it is nobody's, somebody else's or revoked.
pub async fn revoke_token(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    act(visitor, "ended", move |visit, session| {
        visit.right::<CreateToken>()?;
        api_tokens::revoke_token(&visit.app, &visit.actor, session.person_id, *id)
    })
    .await
}

/// `POST /account/feed`: makes the calendar feed's address anew and shows it, this once.
///
/// # Errors
/// Forbidden to a token.
pub async fn renew_feed(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let secret = account::renew_feed(&visit.app, &visit.right()?, visit.in_person()?)?;
            let made = Made { token: None, feed: Some(account::feed_address(&visit.app, &secret)) };
            Reply::ok(&AccountPage { made, ..page(visit)? })
        })
        .await
}

/// `POST /account/feed/end`.
///
/// # Errors
/// Forbidden to a token.
pub async fn end_feed(visitor: Visitor) -> Result<Reply> {
    act(visitor, "ended", |visit, session| account::end_feed(&visit.app, &visit.right()?, session)).await
}

/// `POST /account/weekly`.
///
/// # Errors
/// Forbidden to a token.
pub async fn change_weekly_mail(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    act(visitor, "saved", move |visit, session| {
        let right = visit.right::<FollowDues>()?;
        let mut form = Form::new(pairs.into_inner());
        refuse_unknown(&mut form, &["weekly_mail"]);
        form.check()?;
        account::change_weekly_mail(&visit.app, &right, session, form.ticked("weekly_mail"))
    })
    .await
}

fn read_details(form: &mut Form) -> (String, String, String) {
    let initials = form.text("initials");
    if initials.chars().count() > 6 {
        form.fail("initials", "use at most 6 characters");
    }
    (form.required("name"), initials, form.text("qualification"))
}

fn fill_details(person: &Person) -> Form {
    let mut form = Form::default();
    form.set("name", &person.name).set("initials", &person.initials);
    form.set("qualification", &person.qualification).set("version", person.version);
    form
}
