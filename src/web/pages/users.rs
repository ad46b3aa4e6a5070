//! Users, for administrators.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::permission::{ManageUsers, Role, ViewRegister};
use store::customers::Customer;
use store::people::Person;
use store::sites::list_sites;
use store::users::User;

use crate::actions::customers;
use crate::actions::users::{self, FoundUser, Sent, UserFields};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    chrome: Chrome,
    users: Vec<(User, Person)>,
}

#[derive(Template)]
#[template(path = "user_form.html")]
struct UserFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    id: Option<i64>,
    roles: Vec<(String, String)>,
    customers: Vec<Customer>,
    /// Each customer's name with its sites.
    sites: Vec<(String, Vec<(String, String)>)>,
    mails: bool,
}

#[derive(Template)]
#[template(path = "user_link.html")]
struct UserLinkPage {
    chrome: Chrome,
    link: String,
    why: String,
}

const SHEET: Sheet<FoundUser, (UserFields, String)> = Sheet {
    fields: &[
        "name",
        "email",
        "initials",
        "qualification",
        "role",
        "sees",
        "customer",
        "sees_sites",
        "site",
        "active",
        "password",
    ],
    read,
    fill,
};

/// `GET /users`.
///
/// # Errors
/// Forbidden.
pub async fn list_users(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            visit.in_person()?;
            let users = users::list_users(&visit.app, &visit.right::<ManageUsers>()?)?;
            Ok(UsersPage { chrome: Chrome::new(visit, "Users"), users })
        })
        .await?;
    Reply::ok(&page)
}

/// `GET /users/new`.
///
/// # Errors
/// Forbidden.
pub async fn new_user(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let mut form = Form::default();
            form.set("role", Role::Engineer).set("sees", "all").set("sees_sites", "all").set("active", true);
            form_page(visit, None, form, None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /users/new`: without a password the user gets a link to set one.
///
/// # Errors
/// Forbidden; field errors show the form again.
pub async fn add_user(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut unsent = None;
            let add = |(fields, password): (UserFields, String)| {
                visit.in_person()?;
                let right = visit.right::<ManageUsers>()?;
                let password = Some(password.as_str()).filter(|password| !password.is_empty());
                let id = users::add_user(&visit.app, &right, &fields, password)?;
                if password.is_none() {
                    unsent = Some(users::send_link(&visit.app, &right, id)?);
                }
                Ok("/users".to_owned())
            };
            let done = SHEET.add(pairs.into_inner(), add, |form| form_page(visit, None, form, None))?;
            match unsent {
                Some(sent @ Sent::ByHand { .. }) => after_link(visit, sent),
                _ => Ok(done),
            }
        })
        .await
}

/// `GET /users/{id}/edit`.
///
/// # Errors
/// Not found, forbidden.
pub async fn edit_user(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    let page = visitor
        .run(move |visit| {
            let found = users::find_user(&visit.app, &visit.right::<ManageUsers>()?, *id)?;
            form_page(visit, Some(*id), fill(&found), None)
        })
        .await?;
    Reply::ok(&page)
}

/// `POST /users/{id}/edit`.
///
/// # Errors
/// Not found, forbidden; field errors and a concurrent change show the form again.
pub async fn change_user(visitor: Visitor, id: web::Path<i64>, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.in_person()?;
            let right = visit.right::<ManageUsers>()?;
            let find = || users::find_user(&visit.app, &right, *id);
            let change = |version, (fields, password): (UserFields, String)| {
                if !password.is_empty() {
                    return Err(Error::field(
                        "password",
                        "send a link instead: nobody sets another's password",
                    ));
                }
                users::change_user(&visit.app, &right, (*id, version), &fields)?;
                Ok("/users".to_owned())
            };
            SHEET.change(pairs.into_inner(), find, change, |form, conflict| {
                form_page(visit, Some(*id), form, conflict)
            })
        })
        .await
}

/// `POST /users/{id}/link`: mails a link to set the password, or shows it once where mail does not go out.
///
/// # Errors
/// Not found, forbidden; a conflict for a user who may not log in.
pub async fn send_link(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.in_person()?;
            after_link(visit, users::send_link(&visit.app, &visit.right::<ManageUsers>()?, *id)?)
        })
        .await
}

fn after_link(visit: &Visit, sent: Sent) -> Result<Reply> {
    match sent {
        Sent::Mailed => Ok(Reply::see_other("/users", "sent")),
        Sent::ByHand { link, why } => {
            Reply::ok(&UserLinkPage { chrome: Chrome::new(visit, "Hand over this link"), link, why })
        }
    }
}

fn form_page(visit: &Visit, id: Option<i64>, form: Form, conflict: Conflict) -> Result<UserFormPage> {
    visit.in_person()?;
    visit.right::<ManageUsers>()?;
    let customers = customers::list_customers(&visit.app, &visit.right::<ViewRegister>()?)?;
    let sites = visit.app.store.read(|conn| list_sites(conn, visit.actor.scope(), None))?;
    let of = |customer: &Customer| {
        let own = sites.iter().filter(|site| site.customer_id == customer.id);
        (customer.name.clone(), own.map(|site| (site.id.to_string(), site.name.clone())).collect())
    };
    let sites = customers.iter().map(of).collect();
    let title = if id.is_some() { "Change a user" } else { "Add a user" };
    let (chrome, mails) = (Chrome::new(visit, title), visit.app.mailer.is_set_up());
    Ok(UserFormPage { chrome, form, conflict, id, roles: options::<Role>(), customers, sites, mails })
}

/// The ids ticked under a name.
fn ids_of(form: &mut Form, name: &str) -> Vec<i64> {
    let ids: Vec<Option<i64>> = form.all(name).iter().map(|id| id.parse().ok()).collect();
    if ids.contains(&None) {
        form.fail(name, "choose from the list");
    }
    ids.into_iter().flatten().collect()
}

fn read(form: &mut Form) -> (UserFields, String) {
    let (chosen, chosen_sites) = (ids_of(form, "customer"), ids_of(form, "site"));
    let customers = match form.value("sees") {
        "all" => None,
        "chosen" => Some(chosen),
        _ => {
            form.fail("sees", "choose all customers or some");
            None
        }
    };
    let sites = match form.value("sees_sites") {
        "chosen" => Some(chosen_sites),
        "" | "all" => None,
        _ => {
            form.fail("sees_sites", "choose all sites or some");
            None
        }
    };
    let fields = UserFields {
        name: form.required("name"),
        email: form.required("email"),
        initials: form.text("initials"),
        qualification: form.text("qualification"),
        role: form.required_code("role").unwrap_or(Role::Viewer),
        customers,
        sites,
        active: form.ticked("active"),
    };
    if fields.initials.chars().count() > 6 {
        form.fail("initials", "use at most 6 characters");
    }
    let password = form.all("password").last().cloned().unwrap_or_default();
    // What is shown again is never a password.
    form.set("password", "");
    (fields, password)
}

fn fill(found: &FoundUser) -> Form {
    let chosen = found.customers.clone().unwrap_or_default();
    let customers = chosen.iter().map(|id| ("customer".to_owned(), id.to_string()));
    let sites = found.sites.iter().flatten().map(|id| ("site".to_owned(), id.to_string()));
    let mut form = Form::new(customers.chain(sites));
    let (user, person) = (&found.user, &found.person);
    form.set("name", &person.name).set("email", person.email.clone().unwrap_or_default());
    form.set("initials", &person.initials).set("qualification", &person.qualification);
    form.set("role", user.role.0.code()).set("active", user.active);
    form.set("sees", if user.all_customers { "all" } else { "chosen" }).set("version", found.version());
    form.set("sees_sites", if user.all_sites { "all" } else { "chosen" });
    form
}
