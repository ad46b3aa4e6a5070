//! The firm's settings, which an administrator changes in the browser.

use domain::code::Code;
use domain::colour::Colour;
use domain::event::Event;
use domain::money::Currency;
use domain::permission::ChangeSettings;
use serde::{Deserialize, Serialize};
use store::{AnyConnection, Right, settings};

use crate::actions::{pictures, sees_all};
use crate::app::App;
use crate::error::{Error, Result};

/// The firm that runs this installation, as printed on certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Firm {
    /// Name.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Telephone number, shown to a stranger who scans a label.
    pub phone: String,
    /// Mail address, shown to a stranger who scans a label.
    pub email: String,
    /// Accreditation, such as a scheme and number.
    pub accreditation: String,
    /// The colour of headings and lines on its papers; black unless given.
    pub accent: Option<Colour>,
    /// Base addresses that earlier labels carry.
    pub earlier_base_urls: Vec<String>,
    /// Whether a test with an instrument that was not in calibration on its day is refused; else it carries a warning.
    pub refuse_uncalibrated: bool,
    /// What the firm's own costs are in: those of parts, of third parties and of an hour.
    #[serde(default)]
    pub currency: Currency,
    /// What an hour of an engineer costs the firm, in hundredths of its currency: what repairs are held against a new one by.
    pub hourly_cost_pence: Option<i64>,
    /// Rises with each change, for concurrent edits.
    pub version: i64,
}

/// The name of the setting.
pub const FIRM: &str = "firm";
const LOGO: &str = "logo";
/// A logo has at most this many pixels.
const LOGO_PIXELS: (u32, u32) = (800, 300);
/// How many earlier base addresses are kept.
const MOST_URLS: usize = 20;

/// The settings of the firm; empty before set-up.
///
/// # Errors
/// The store's.
pub fn find_firm(app: &App) -> Result<Firm> {
    Ok(app.store.read(|conn| settings::find_setting(conn, FIRM))?.unwrap_or_default())
}

/// What the firm's own costs are in.
///
/// # Errors
/// The store's.
pub fn currency_in(conn: &mut AnyConnection) -> Result<Currency> {
    let firm: Option<Firm> = settings::find_setting(conn, FIRM)?;
    Ok(firm.unwrap_or_default().currency)
}

/// The firm's logo as a PNG.
///
/// # Errors
/// The store's.
pub fn find_logo(app: &App) -> Result<Option<Vec<u8>>> {
    let png: Option<Vec<u8>> = app.store.read(|conn| settings::find_setting(conn, LOGO))?;
    Ok(png.filter(|png| !png.is_empty()))
}

/// Changes the firm's settings that were read at `version`.
///
/// # Errors
/// Stale; a field error for an address that labels cannot carry.
pub fn change_firm(app: &App, right: &Right<ChangeSettings>, version: i64, firm: Firm) -> Result<()> {
    sees_all(right, "change the firm's settings")?;
    check_urls(&firm.earlier_base_urls)?;
    app.store.write(right.actor(), |tx| {
        let old: Firm = settings::find_setting(tx, FIRM)?.unwrap_or_default();
        if old.version != version {
            return Err(Error::Stale("settings".to_owned()));
        }
        let event = Event::new("firm", 1, "changed")
            .change("name", &old.name, &firm.name)
            .change("address", &old.address, &firm.address)
            .change("phone", &old.phone, &firm.phone)
            .change("email", &old.email, &firm.email)
            .change("accreditation", &old.accreditation, &firm.accreditation)
            .change("colour", shown(old.accent), shown(firm.accent))
            .change(
                "refuses instruments out of calibration",
                old.refuse_uncalibrated,
                firm.refuse_uncalibrated,
            )
            .change("currency", old.currency.code(), firm.currency.code())
            .change("cost of an hour", pence(old.hourly_cost_pence), pence(firm.hourly_cost_pence))
            .change(
                "earlier base addresses",
                old.earlier_base_urls.join(" "),
                firm.earlier_base_urls.join(" "),
            );
        settings::set_setting(tx, FIRM, Firm { version: version + 1, ..firm })?;
        Ok(((), vec![event]))
    })
}

/// Sets the logo from a picture, or removes it.
///
/// # Errors
/// A field error for what is no picture.
pub fn change_logo(app: &App, right: &Right<ChangeSettings>, picture: Option<&[u8]>) -> Result<()> {
    sees_all(right, "change the firm's settings")?;
    let png = match picture {
        Some(bytes) => pictures::recode_png("logo", bytes, LOGO_PIXELS)?,
        None => vec![],
    };
    app.store.write(right.actor(), |tx| {
        let event = Event::new("firm", 1, if png.is_empty() { "logo removed" } else { "logo set" });
        settings::set_setting(tx, LOGO, png)?;
        Ok(((), vec![event]))
    })
}

fn pence(amount: Option<i64>) -> String {
    amount.map(domain::money::plain).unwrap_or_default()
}

fn shown(colour: Option<Colour>) -> String {
    colour.map(|colour| colour.to_string()).unwrap_or_default()
}

fn check_urls(urls: &[String]) -> Result<()> {
    let wrong = |why: String| Err(Error::field("earlier_base_urls", why));
    if urls.len() > MOST_URLS {
        return wrong(format!("keep at most {MOST_URLS} addresses"));
    }
    for url in urls {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
        let sound = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c);
        if host.is_empty() || host.starts_with('/') || !host.chars().all(sound) {
            return wrong(format!("\"{url}\" is not an address such as https://pat.example.com"));
        }
    }
    Ok(())
}

/// The key that signs the records: its short name and its public half; none before the first night.
///
/// # Errors
/// That its file cannot be read.
pub fn find_key(app: &App) -> Result<Option<(String, String)>> {
    let key = store::signed_heads::SigningKey::find(&app.config.key_path())?;
    Ok(key.map(|key| (store::signed_heads::fingerprint(&key.public()), key.public())))
}
