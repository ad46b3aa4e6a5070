//! The work to come, month by month.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::equipment::TestKind;
use domain::forecast::{ASSUMED_PACE, USUAL_PACE};
use domain::permission::{DownloadPapers, ViewRegister};

use crate::actions::dues::{self, Ground};
use crate::actions::forecast::{SiteWork, Work, find_work};
use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::layout::Chrome;
use crate::web::pages::due::{Choices, choices, query_of};
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};
use crate::web::work_chart::WorkBars;

/// How many months may be looked ahead.
const AHEAD: [usize; 3] = [12, 24, 36];
/// Sites shown one by one; the rest are added up.
const MOST_SITES: usize = 50;

#[derive(Template)]
#[template(path = "forecast.html")]
struct ForecastPage {
    chrome: Chrome,
    form: Form,
    choices: Choices,
    ahead: Vec<(String, String)>,
    work: Work,
    chart: WorkBars,
    words: String,
    query: String,
}

/// `GET /forecast`: everything, or a customer or site; `months` is 12, 24 or 36.
///
/// # Errors
/// Not found for a foreign customer or site; a malformed query shows the form with what is wrong.
pub async fn show_forecast(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let mut form = Form::new(pairs.into_inner());
            match read(visit, &mut form) {
                Ok((ground, months)) => Reply::ok(&page(visit, form, &ground, months)?),
                Err(Error::Invalid(_)) => {
                    let page = page(visit, form, &Ground::default(), AHEAD[0])?;
                    Reply::page(StatusCode::UNPROCESSABLE_ENTITY, &page)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// `GET /forecast.csv`: a line for each site and month.
///
/// # Errors
/// As the page's.
pub async fn download_forecast(visitor: Visitor, pairs: web::Query<Vec<(String, String)>>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            visit.right::<DownloadPapers>()?;
            let (ground, months) = read(visit, &mut Form::new(pairs.into_inner()))?;
            let work = find_work(&visit.app, &visit.right::<ViewRegister>()?, &ground, months)?;
            let name = format!("forecast-{}.csv", dues::today(&visit.app));
            Ok(Reply::download("text/csv; charset=utf-8", &name, csv(&work).into_bytes()))
        })
        .await
}

fn csv(work: &Work) -> String {
    let header =
        ["Site", "Month", "User checks", "Formal visual", "Combined", "Hours", "Items an hour", "Pace"];
    let mut text = exchange::csv_write::EXCEL_MARK.to_owned() + &exchange::csv_write::record(header);
    for site in &work.sites {
        for (at, month) in work.months.iter().enumerate().filter(|(at, _)| site.items(*at) > 0) {
            let kinds = site.months.get(at).copied().unwrap_or_default().map(|items| items.to_string());
            let pace = site.pace.unwrap_or(ASSUMED_PACE).to_string();
            let source = if site.pace.is_some() { "measured" } else { "assumed" };
            let hours = tenths(site.tenths(site.items(at)));
            let month = month.to_string();
            text += &exchange::csv_write::record([
                site.name.as_str(),
                &month,
                &kinds[0],
                &kinds[1],
                &kinds[2],
                &hours,
                &pace,
                source,
            ]);
        }
    }
    text
}

fn read(visit: &Visit, form: &mut Form) -> Result<(Ground, usize)> {
    let ids = (form.id("customer"), form.id("site"), None);
    let months = form.number("months", 12, 36).unwrap_or(12);
    let months = usize::try_from(months).unwrap_or(AHEAD[0]);
    if !AHEAD.contains(&months) {
        form.fail("months", "choose 12, 24 or 36 months");
    }
    form.check()?;
    Ok((dues::find_ground(&visit.app, &visit.right::<ViewRegister>()?, ids)?, months))
}

fn page(visit: &Visit, mut form: Form, ground: &Ground, months: usize) -> Result<ForecastPage> {
    let work = find_work(&visit.app, &visit.right::<ViewRegister>()?, ground, months)?;
    if form.errors().is_empty() {
        form.set("months", months);
    }
    let mut query = query_of(&form, &["customer", "site", "months"]);
    query.insert(0, '?');
    Ok(ForecastPage {
        chrome: Chrome::new(visit, "Forecast of work"),
        choices: choices(visit, ground)?,
        ahead: AHEAD.map(|months| (months.to_string(), format!("{months} months"))).to_vec(),
        chart: WorkBars::new(&work),
        words: ground.words(),
        form,
        work,
        query,
    })
}

/// Tenths as people read them: 12.5.
fn tenths(tenths: u64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl ForecastPage {
    fn hours(&self, at: &usize) -> String {
        tenths(self.work.tenths.get(*at).copied().unwrap_or(0))
    }

    fn kind(&self, at: usize) -> &'static str {
        TestKind::FALLING_DUE.get(at).map_or("", |kind| kind.label())
    }

    fn sum(&self, at: &usize) -> u64 {
        self.work.total.get(*at).map_or(0, |kinds| kinds.iter().sum())
    }

    fn sites(&self) -> &[SiteWork] {
        self.work.sites.get(..MOST_SITES).unwrap_or(&self.work.sites)
    }

    fn pace(&self, site: &SiteWork) -> String {
        match site.pace {
            Some(pace) => format!("{pace} an hour, measured"),
            None => format!("{ASSUMED_PACE} an hour, assumed"),
        }
    }

    fn site_hours(&self, site: &SiteWork) -> String {
        tenths(site.tenths(site.all_items()))
    }

    fn assumed(&self) -> usize {
        self.work.sites.iter().filter(|site| site.pace.is_none()).count()
    }

    fn usual(&self) -> String {
        format!("{} to {}", USUAL_PACE.0, USUAL_PACE.1)
    }
}
