//! One thing that a test must prove: what, where, and what may stand in for it.

use crate::code::Code;
use crate::equipment::TestKind;
use crate::judged::{JudgedReading, ReadingVerdict};
use crate::limits::{Case, Subject, limit_for};
use crate::quantity::Decimal;
use crate::reading::{Reading, ReadingTest};
use crate::requirements::{required_rules, sockets};
use crate::ruleset::{InsteadWhen, RuleSet};

/// What a test must prove at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Demand<'a> {
    /// What to measure.
    pub test: ReadingTest,
    /// At which socket; none where any will do.
    pub socket: Option<u32>,
    /// On which conductor or half-wave; none where any will do.
    pub phase: Option<&'a str>,
    /// At which multiple of an RCD's rated residual current.
    pub multiplier: Decimal,
    /// Tests of which any one may stand in.
    pub instead: &'a [ReadingTest],
    /// When they may.
    pub instead_when: InsteadWhen,
    /// Name of the sequence that asks for it; none where the rule set does.
    pub sequence: Option<&'a str>,
}

/// What was found of a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Proven,
    Unproven,
    Nothing,
}

/// What the rule set demands of a test of such an item.
pub(crate) fn rule_demands<'a>(rules: &'a RuleSet, subject: &Subject, kind: TestKind) -> Vec<Demand<'a>> {
    let mut demands = Vec::with_capacity(4);
    for rule in required_rules(rules, subject, kind) {
        demands.extend(sockets(rule, subject).map(|socket| Demand {
            test: rule.test,
            socket,
            phase: None,
            multiplier: Decimal::ONE,
            instead: &rule.instead,
            instead_when: rule.instead_when,
            sequence: None,
        }));
    }
    demands
}

impl Demand<'_> {
    fn alternatives(&self, unsuitable: bool) -> &[ReadingTest] {
        match self.instead_when {
            InsteadWhen::InsulationUnsuitable if !unsuitable => &[],
            _ => self.instead,
        }
    }

    /// Whether it is proven, by its own readings or by those of one alternative.
    pub fn found(&self, given: &[Reading], judged: &[JudgedReading], unsuitable: bool) -> Found {
        let own = self.proof(given, judged);
        let others = self.alternatives(unsuitable).iter().map(|test| {
            Demand { test: *test, socket: None, phase: None, ..self.clone() }.proof(given, judged)
        });
        others.fold(own, |best, other| match (best, other) {
            (Found::Proven, _) | (_, Found::Proven) => Found::Proven,
            (Found::Unproven, _) | (_, Found::Unproven) => Found::Unproven,
            _ => Found::Nothing,
        })
    }

    /// One pass proves it, unless another reading of the same test there failed or left it open:
    /// of two earth points measured, the good one says nothing about the other.
    fn proof(&self, given: &[Reading], judged: &[JudgedReading]) -> Found {
        let mut found = Found::Nothing;
        for (reading, judged) in given.iter().zip(judged).filter(|(reading, _)| self.is_at(reading)) {
            match judged.verdict {
                ReadingVerdict::Fail | ReadingVerdict::NotProven => return Found::Unproven,
                ReadingVerdict::Pass if self.is_met_by(reading) => found = Found::Proven,
                // What a sequence asks for without a limit is asked for to be recorded.
                ReadingVerdict::NotJudged if self.sequence.is_some() && self.is_met_by(reading) => {
                    found = Found::Proven
                }
                _ => {}
            }
        }
        found
    }

    fn is_at(&self, reading: &Reading) -> bool {
        reading.test == self.test
            && (self.socket.is_none() || reading.socket == self.socket)
            && (self.phase.is_none() || reading.phase.as_deref() == self.phase)
    }

    fn is_met_by(&self, reading: &Reading) -> bool {
        reading.multiplier.unwrap_or(Decimal::ONE) == self.multiplier
    }

    /// The reading that is missing, with its limit and what to do.
    pub fn missing(&self, rules: &RuleSet, subject: &Subject, unsuitable: bool) -> JudgedReading {
        let case = Case { multiplier: self.multiplier, ..Case::of(subject) };
        JudgedReading {
            test: self.test,
            socket: self.socket,
            phase: self.phase.map(str::to_owned),
            value: None,
            verdict: ReadingVerdict::Missing,
            limit: limit_for(rules, self.test, &case),
            margin: None,
            reason: self.why_missing(unsuitable),
        }
    }

    fn why_missing(&self, unsuitable: bool) -> String {
        let noun = self.test.noun();
        let place = self.place();
        if let Some(sequence) = self.sequence {
            return format!(
                "No reading of {noun}{place} is recorded; the sequence \"{sequence}\" asks for it."
            );
        }
        let names = || self.instead.iter().map(|test| test.noun()).collect::<Vec<_>>().join(" or ");
        match (self.instead.is_empty(), self.alternatives(unsuitable).is_empty()) {
            (true, _) => format!("No reading of {noun}{place} is recorded, and it is required."),
            (_, false) => format!("No reading of {noun}{place} is recorded, nor of {}.", names()),
            _ => format!(
                "No reading of {noun}{place} is recorded; where the item must not be tested for it, \
                 mark it as unsuitable with a reason and measure {}.",
                names()
            ),
        }
    }

    fn place(&self) -> String {
        let socket = self.socket.map(|n| format!(" at socket {n}")).unwrap_or_default();
        let phase = self.phase.map(|phase| format!(" on {phase}")).unwrap_or_default();
        let times = match self.multiplier == Decimal::ONE {
            true => String::new(),
            false => format!(" at {} times its rated current", self.multiplier),
        };
        format!("{socket}{phase}{times}")
    }
}
