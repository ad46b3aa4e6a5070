//! The same readings under every rule set, side by side.

use actix_web::web;
use askama::Template;
use domain::code::Code;
use domain::comparison::{Comparison, compare};
use domain::judged::{JudgedReading, ReadingVerdict};
use domain::permission::ViewRegister;
use domain::ruleset::RuleSet;
use domain::verdict::Judgement;
use store::tests::RecordedTest;

use crate::actions::tests;
use crate::error::{Error, Result};
use crate::web::layout::Chrome;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

#[derive(Template)]
#[template(path = "tests/compare.html")]
struct ComparePage {
    chrome: Chrome,
    test: RecordedTest,
    comparison: Comparison,
    rulesets: Vec<&'static RuleSet>,
}

impl ComparePage {
    /// The limit with its mark where it is not confirmed.
    fn limit(&self, reading: &JudgedReading) -> String {
        reading.limit.as_ref().map(|limit| limit.words()).unwrap_or_default()
    }

    /// Whatever kept it from passing.
    fn why(&self, judgement: &Judgement) -> String {
        use ReadingVerdict::{NotJudged, Pass};
        let open = judgement.readings.iter().filter(|reading| !matches!(reading.verdict, Pass | NotJudged));
        let open = open.map(|reading| reading.reason.as_str());
        judgement.reasons.iter().map(String::as_str).chain(open).collect::<Vec<_>>().join(" ")
    }

    fn is_own(&self, rules: &RuleSet) -> bool {
        rules.code == self.test.evidence.ruleset
    }
}

/// `GET /tests/{id}/compare`. Nothing is recorded by looking.
///
/// # Errors
/// Not found.
pub async fn compare_test(visitor: Visitor, id: web::Path<String>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let (test, _) = tests::find_test(&visit.app, &visit.right::<ViewRegister>()?, &id)?;
            let (subject, input) = test.evidence.judged_again().map_err(Error::Internal)?;
            let rulesets: Vec<&RuleSet> = RuleSet::all().iter().collect();
            let comparison = compare(&subject, &input, &rulesets);
            let chrome = Chrome::new(visit, "The same readings under every rule set");
            Reply::ok(&ComparePage { chrome, test, comparison, rulesets })
        })
        .await
}
