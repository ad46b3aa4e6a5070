//! The firm's settings, for administrators.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::money::Currency;
use domain::permission::ChangeSettings;

use crate::actions::settings::{self, Firm};
use crate::error::{Error, Result};
use crate::web::editing::{Conflict, Pairs, Sheet, again};
use crate::web::forms::{Form, options};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::upload::read_upload;
use crate::web::visitor::{Visit, Visitor};

/// A logo's picture may be this large, in bytes.
const PICTURE_BYTES: usize = 8 << 20;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    logo_form: Form,
    logo: bool,
    base_url: String,
    currencies: Vec<(String, String)>,
    /// The key that signs the records: its short name and the whole of it.
    key: Option<(String, String)>,
}

const SHEET: Sheet<Firm, Firm> = Sheet {
    fields: &[
        "name",
        "address",
        "phone",
        "email",
        "accreditation",
        "accent",
        "earlier_base_urls",
        "refuse_uncalibrated",
        "currency",
        "hourly_cost",
    ],
    read,
    fill,
};

/// `GET /settings`.
///
/// # Errors
/// Forbidden.
pub async fn show_settings(visitor: Visitor) -> Result<Reply> {
    let page = visitor
        .run(|visit| {
            let form = fill(&settings::find_firm(&visit.app)?);
            page(visit, form, None)
        })
        .await?;
    Reply::ok(&page)
}

fn page(visit: &Visit, form: Form, conflict: Conflict) -> Result<SettingsPage> {
    visit.in_person()?;
    visit.right::<ChangeSettings>()?;
    let logo = settings::find_logo(&visit.app)?.is_some();
    let (chrome, base_url) = (Chrome::new(visit, "Settings"), visit.app.config.base_url.clone());
    let key = settings::find_key(&visit.app)?;
    Ok(SettingsPage {
        chrome,
        form,
        conflict,
        logo_form: Form::default(),
        logo,
        base_url,
        currencies: options::<Currency>(),
        key,
    })
}

/// `POST /settings`.
///
/// # Errors
/// Forbidden; field errors and a concurrent change show the form again.
pub async fn change_settings(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.in_person()?;
            let right = visit.right::<ChangeSettings>()?;
            let change = |version, firm| {
                settings::change_firm(&visit.app, &right, version, firm)?;
                Ok("/settings".to_owned())
            };
            let show = |form, conflict| page(visit, form, conflict);
            SHEET.change(pairs.into_inner(), || settings::find_firm(&visit.app), change, show)
        })
        .await
}

/// `POST /settings/logo`.
///
/// # Errors
/// Forbidden, too large; what is no picture shows the form again.
pub async fn change_logo(visitor: Visitor, parts: Multipart) -> Result<Reply> {
    // Asked first, so that strangers cannot keep the server busy reading.
    visitor.clone().run(|visit| visit.right::<ChangeSettings>().map(drop)).await?;
    let upload = read_upload(parts, "logo", PICTURE_BYTES).await;
    visitor
        .run(move |visit| {
            visit.in_person()?;
            let right = visit.right::<ChangeSettings>()?;
            let done = upload
                .and_then(|upload| settings::change_logo(&visit.app, &right, Some(upload.file("logo")?)));
            match done {
                Ok(()) => Ok(Reply::see_other("/settings", "saved")),
                Err(error) => {
                    let mut logo_form = Form::default();
                    again(&mut logo_form, error)?;
                    let form = fill(&settings::find_firm(&visit.app)?);
                    Reply::unprocessable(&SettingsPage { logo_form, ..page(visit, form, None)? })
                }
            }
        })
        .await
}

/// `POST /settings/logo/remove`.
///
/// # Errors
/// Forbidden.
pub async fn remove_logo(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            visit.in_person()?;
            settings::change_logo(&visit.app, &visit.right()?, None)?;
            Ok(Reply::see_other("/settings", "removed"))
        })
        .await
}

/// `GET /settings/logo.png`.
///
/// # Errors
/// Not found where there is none.
pub async fn show_logo(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let png = settings::find_logo(&visit.app)?.ok_or_else(|| Error::NotFound("logo".to_owned()))?;
            Ok(Reply::new(StatusCode::OK, "image/png", png))
        })
        .await
}

fn read(form: &mut Form) -> Firm {
    let urls = form.long_text("earlier_base_urls");
    let accent = form.colour("accent").filter(|colour| colour.rgb() != [0; 3]);
    Firm {
        name: form.required("name"),
        address: form.long_text("address"),
        phone: form.text("phone"),
        email: form.text("email"),
        accreditation: form.text("accreditation"),
        accent,
        earlier_base_urls: urls.split_whitespace().map(|url| url.trim_end_matches('/').to_owned()).collect(),
        refuse_uncalibrated: form.ticked("refuse_uncalibrated"),
        currency: form.code("currency").unwrap_or_default(),
        hourly_cost_pence: form.pence("hourly_cost"),
        version: 0,
    }
}

fn fill(firm: &Firm) -> Form {
    let mut form = Form::default();
    form.set("name", &firm.name).set("address", &firm.address).set("phone", &firm.phone);
    form.set("email", &firm.email).set("accreditation", &firm.accreditation);
    // A browser's picker of colours cannot be empty: black is none.
    form.set("accent", firm.accent.map_or("#000000".to_owned(), |colour| colour.to_string()));
    form.set("refuse_uncalibrated", firm.refuse_uncalibrated);
    form.set("currency", firm.currency.code());
    form.set_opt("hourly_cost", firm.hourly_cost_pence.map(domain::money::plain));
    form.set("earlier_base_urls", firm.earlier_base_urls.join("\n")).set("version", firm.version);
    form
}
