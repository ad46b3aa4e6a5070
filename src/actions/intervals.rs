//! The levels above an asset: the firm's default, the tables of intervals and who goes by which.

use domain::event::Event;
use domain::interval::{FirmIntervals, Says};
use domain::permission::{SetInterval, ViewRegister};
use domain::preset::Preset;
use store::customers::{self, Customer};
use store::presets::{self, PresetChoice, PresetCopy, PresetFields};
use store::ripples::{RippleRow, list_open_ripples};
use store::sites::{self, Site};
use store::under::Under;
use store::{AnyConnection, Right, Scope, Tx, settings};

use crate::actions::dues::FIRM_INTERVALS;
use crate::actions::ripple::{self, Rest, Ripple};
use crate::actions::sees_all;
use crate::app::App;
use crate::error::{Error, Result};

/// Everything that the firm has set, and what is still being worked out.
#[derive(Debug, Clone)]
pub struct Overview {
    /// What holds where nobody nearer says anything.
    pub firm: FirmIntervals,
    /// The firm's own tables.
    pub copies: Vec<PresetCopy>,
    /// Who within the scope has chosen a table: names of customer and site, and the table's.
    pub choices: Vec<(PresetChoice, String, String)>,
    /// Changes that are not through yet.
    pub open: Vec<RippleRow>,
}

/// What the firm has set.
///
/// # Errors
/// The store's.
pub fn find_overview(app: &App, right: &Right<ViewRegister>) -> Result<Overview> {
    app.store.read(|conn| {
        let scope = right.scope();
        let mut choices = vec![];
        for choice in presets::list_choices(conn, scope, None)? {
            let who = name_of(conn, scope, choice.customer_id, choice.site_id)?;
            let table = presets::find_table(conn, &choice.preset)?.name;
            choices.push((choice, who, table));
        }
        Ok(Overview {
            firm: settings::find_setting(conn, FIRM_INTERVALS)?.unwrap_or_default(),
            copies: presets::list_presets(conn)?,
            choices,
            // How far a change is says how much others have: only who sees all is told.
            open: if scope.customers().is_none() { list_open_ripples(conn)? } else { vec![] },
        })
    })
}

fn name_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    customer_id: i64,
    site_id: Option<i64>,
) -> Result<String> {
    let customer = customers::find_customer(conn, scope, customer_id)?.name;
    Ok(match site_id {
        Some(id) => format!("{customer}, {}", sites::find_site(conn, scope, id)?.name),
        None => customer,
    })
}

/// Changes the firm's default, which was read at its version; every asset follows.
///
/// # Errors
/// Forbidden, stale.
pub fn change_firm(app: &App, right: &Right<SetInterval>, firm: FirmIntervals) -> Result<()> {
    sees_all(right, "change the firm's intervals")?;
    let rest = app.store.write(right.actor(), |tx| {
        let old: FirmIntervals = settings::find_setting(tx, FIRM_INTERVALS)?.unwrap_or_default();
        if old.version != firm.version {
            return Err(Error::Stale("intervals".to_owned()));
        }
        let event = Event::new("firm", 1, "intervals changed")
            .change("user check", says_words(&old.user_check), says_words(&firm.user_check))
            .change("formal visual", says_words(&old.formal_visual), says_words(&firm.formal_visual))
            .change("combined", says_words(&old.combined), says_words(&firm.combined));
        settings::set_setting(tx, FIRM_INTERVALS, FirmIntervals { version: firm.version + 1, ..firm })?;
        let rest = ripple::start(tx, Ripple { under: Under::Everywhere, words: false, dues: true })?;
        Ok((rest, vec![event]))
    })?;
    ripple::finish(app, rest)
}

fn says_words(says: &Says) -> String {
    match says {
        Says::Every(months) => format!("every {}", domain::interval::months_words(*months)),
        Says::Never(why) => format!("not by date: {why}"),
    }
}

/// A table, shipped or the firm's.
///
/// # Errors
/// Not found.
pub fn find_table(app: &App, _: &Right<ViewRegister>, code: &str) -> Result<Preset> {
    Ok(app.store.read(|conn| presets::find_table(conn, code))?)
}

/// Every table, as choices: the shipped ones, then the firm's.
///
/// # Errors
/// The store's.
pub fn list_tables(app: &App, _: &Right<ViewRegister>) -> Result<Vec<Preset>> {
    let own = app.store.read(presets::list_presets)?;
    Ok(Preset::all().iter().cloned().chain(own.into_iter().map(PresetCopy::preset)).collect())
}

/// One of the firm's tables.
///
/// # Errors
/// Not found.
pub fn find_copy(app: &App, _: &Right<SetInterval>, id: i64) -> Result<PresetCopy> {
    Ok(app.store.read(|conn| presets::find_preset(conn, id))?)
}

/// Adds a table of the firm's, begun from another.
///
/// # Errors
/// Forbidden; a field error where another has the name or is used for the same environment.
pub fn add_copy(app: &App, right: &Right<SetInterval>, from: &str, fields: PresetFields) -> Result<i64> {
    sees_all(right, "add tables of intervals")?;
    let (id, rest) = app.store.write(right.actor(), |tx| {
        check_environments(tx, None, &fields)?;
        let used = !fields.environments.0.is_empty();
        let event_name = fields.name.clone();
        let id = presets::insert_preset(tx, from, fields)?;
        let rest = ripple::start(tx, Ripple { under: Under::Everywhere, words: false, dues: used })?;
        let event = Event::new("interval table", id, "added").change("name", "", event_name);
        Ok::<_, Error>(((id, rest), vec![event]))
    })?;
    ripple::finish(app, rest)?;
    Ok(id)
}

/// Changes a table of the firm's that was read at `version`; the assets that go by it follow.
///
/// # Errors
/// Not found, forbidden, stale; field errors as for a new one.
pub fn change_copy(
    app: &App,
    right: &Right<SetInterval>,
    (id, version): (i64, i64),
    fields: PresetFields,
) -> Result<()> {
    sees_all(right, "change tables of intervals")?;
    let rests = app.store.write(right.actor(), |tx| {
        let old = presets::find_preset(tx, id)?;
        check_environments(tx, Some(id), &fields)?;
        let everywhere = !old.environments.0.is_empty() || !fields.environments.0.is_empty();
        let event = Event::new("interval table", id, "changed")
            .change("name", &old.name, &fields.name)
            .change("source", &old.source, &fields.source)
            .change("rows", written(&old.rows.0), written(&fields.rows.0));
        presets::update_preset(tx, id, version, fields)?;
        let rests = match everywhere {
            true => vec![ripple::start(tx, Ripple { under: Under::Everywhere, words: false, dues: true })?],
            false => ripple_choices(tx, &old.code())?,
        };
        Ok::<_, Error>((rests, vec![event]))
    })?;
    rests.into_iter().try_for_each(|rest| ripple::finish(app, rest))
}

fn written(rows: &[domain::preset::PresetRow]) -> String {
    domain::preset_text::write_rows(rows)
}

/// Works out anew whoever has chosen a table, whoever may see them: the table is the firm's.
fn ripple_choices(tx: &mut Tx, code: &str) -> Result<Vec<Rest>> {
    let actor = tx.actor;
    let choices = presets::list_choices(tx, actor.scope(), Some(code))?;
    let under =
        |choice: &PresetChoice| choice.site_id.map_or(Under::Customer(choice.customer_id), Under::Site);
    choices
        .iter()
        .map(|choice| ripple::start(tx, Ripple { under: under(choice), words: false, dues: true }))
        .collect()
}

fn check_environments(conn: &mut AnyConnection, own: Option<i64>, fields: &PresetFields) -> Result<()> {
    let others = presets::list_presets(conn)?;
    let taken = |copy: &&PresetCopy| {
        Some(copy.id) != own && copy.environments.0.iter().any(|place| fields.environments.0.contains(place))
    };
    match others.iter().find(taken) {
        Some(other) => {
            let words = format!("\"{}\" is used for one of these environments already", other.name);
            Err(Error::field("environments", words))
        }
        None => Ok(()),
    }
}

/// Whose table is chosen: a customer's, or one of its sites', and what is chosen now.
#[derive(Debug, Clone)]
pub struct Chooser {
    /// The customer.
    pub customer: Customer,
    /// The site; none for the whole customer.
    pub site: Option<Site>,
    /// What is chosen.
    pub choice: Option<PresetChoice>,
}

impl Chooser {
    /// The page it leads back to.
    pub fn back(&self) -> String {
        match &self.site {
            Some(site) => format!("/sites/{}", site.id),
            None => format!("/customers/{}", self.customer.id),
        }
    }

    /// Whose it is, in words.
    pub fn words(&self) -> String {
        match &self.site {
            Some(site) => format!("{}, {}", self.customer.name, site.name),
            None => self.customer.name.clone(),
        }
    }
}

/// Finds a customer or site and the table chosen for it.
///
/// # Errors
/// Not found, also when outside the scope.
pub fn find_chooser(
    app: &App,
    right: &Right<ViewRegister>,
    (customer, site): (Option<i64>, Option<i64>),
) -> Result<Chooser> {
    app.store.read(|conn| chooser(conn, right.scope(), (customer, site)))
}

fn chooser(
    conn: &mut AnyConnection,
    scope: &Scope,
    (customer, site): (Option<i64>, Option<i64>),
) -> Result<Chooser> {
    let site = site.map(|id| sites::find_site(conn, scope, id)).transpose()?;
    let id = site.as_ref().map(|site| site.customer_id).or(customer);
    let id = id.ok_or_else(|| Error::NotFound("customer".to_owned()))?;
    let choice = presets::find_choice(conn, id, site.as_ref().map(|site| site.id))?;
    Ok(Chooser { customer: customers::find_customer(conn, scope, id)?, site, choice })
}

/// Chooses a table for a customer or a site, or none; the choice was read at `version`. The assets there follow.
///
/// # Errors
/// Not found, stale.
pub fn choose_table(
    app: &App,
    right: &Right<SetInterval>,
    whose: (Option<i64>, Option<i64>),
    (version, chosen): (i64, Option<(&str, &str)>),
) -> Result<()> {
    let rest = app.store.write(right.actor(), |tx| {
        let Chooser { customer, site, choice } = chooser(tx, right.scope(), whose)?;
        let table = chosen.map(|(code, _)| presets::find_table(tx, code)).transpose()?;
        let before = choice.map(|choice| presets::find_table(tx, &choice.preset)).transpose()?;
        let site_id = site.as_ref().map(|site| site.id);
        presets::set_choice(tx, (customer.id, site_id), version, chosen)?;
        let under = site_id.map_or(Under::Customer(customer.id), Under::Site);
        let rest = ripple::start(tx, Ripple { under, words: false, dues: true })?;
        let name = |table: Option<Preset>| table.map(|table| table.name).unwrap_or_default();
        let event = match site_id {
            Some(id) => Event::new("site", id, "intervals chosen"),
            None => Event::new("customer", customer.id, "intervals chosen"),
        };
        let event = event
            .of_customer(customer.id)
            .change("table of intervals", name(before), name(table))
            .change("reason", "", chosen.map_or("", |(_, reason)| reason));
        Ok::<_, Error>((rest, vec![event]))
    })?;
    ripple::finish(app, rest)
}
