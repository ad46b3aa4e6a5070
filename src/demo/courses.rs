//! The course of one made-up job: which steps it took, what was logged, how it ended. Each step is one of the table
//! of steps, and each takes time.

use chrono::{DateTime, Duration, Utc};
use domain::code::Code;
use domain::job::{EntryKind, Impact, JobKind, JobState, Outcome, Priority, StepKind, WaitingFor};
use domain::measure::{Move, Moved, first_time_fix};
use store::past_jobs::{Past, PastEntry, PastJob, PastStep};
use store::types::{Coded, Moment};

use super::chance::Chance;

/// What a job begins from.
pub struct Begin<'a> {
    /// Whose it is, and the site.
    pub place: (i64, i64),
    /// The asset.
    pub asset_id: i64,
    /// What is wrong, what was found, what helped.
    pub fault: (&'a str, &'a str, &'a str),
    /// When it was opened.
    pub opened: DateTime<Utc>,
    /// When the past ends.
    pub now: DateTime<Utc>,
    /// Who may be at it.
    pub engineers: &'a [(i64, String)],
}

/// How far an open job has come.
const OPEN: [(JobState, u64); 8] = [
    (JobState::Reported, 22),
    (JobState::Triaged, 16),
    (JobState::Assigned, 18),
    (JobState::InProgress, 18),
    (JobState::Waiting, 14),
    (JobState::Repaired, 5),
    (JobState::Retest, 3),
    (JobState::Returned, 4),
];
const OUTCOMES: [(Outcome, u64); 6] = [
    (Outcome::Repaired, 70),
    (Outcome::Replaced, 9),
    (Outcome::NoFaultFound, 9),
    (Outcome::BeyondEconomicRepair, 6),
    (Outcome::Referred, 3),
    (Outcome::Scrapped, 3),
];
const PRIORITIES: [(Priority, u64); 4] =
    [(Priority::Critical, 4), (Priority::High, 18), (Priority::Normal, 60), (Priority::Low, 18)];
const IMPACTS: [(Impact, u64); 4] =
    [(Impact::Safety, 4), (Impact::Site, 6), (Impact::Team, 30), (Impact::Person, 60)];

fn pick<T: Copy>(chance: &mut Chance, of: &[(T, u64)]) -> T {
    let weights: Vec<u64> = of.iter().map(|(_, weight)| *weight).collect();
    of[chance.weighted(&weights)].0
}

/// Writes a course.
struct Course<'a> {
    begin: &'a Begin<'a>,
    chance: Chance,
    at: DateTime<Utc>,
    state: JobState,
    line: i64,
    engineer: i64,
    waiting_for: Option<WaitingFor>,
    steps: Vec<PastStep>,
    entries: Vec<PastEntry>,
    moves: Vec<Moved>,
}

/// Makes up a job that ended, or one that is still open.
pub fn make_up(begin: &Begin, mut chance: Chance, open: bool) -> Past {
    let engineer = chance.pick(begin.engineers).0;
    let (priority, impact) = (pick(&mut chance, &PRIORITIES), pick(&mut chance, &IMPACTS));
    let mut course = Course {
        begin,
        chance,
        at: begin.opened,
        state: JobState::Reported,
        line: 1,
        engineer,
        waiting_for: None,
        steps: vec![],
        entries: vec![],
        moves: vec![],
    };
    course.begin_with(priority, impact);
    let outcome = if open { course.go_until_now() } else { course.go_to_the_end() };
    course.past((priority, impact), outcome)
}

impl Course<'_> {
    fn begin_with(&mut self, priority: Priority, impact: Impact) {
        self.step(StepKind::State, "", JobState::Reported.code(), "", "");
        self.moves.push(Moved { at: self.at, what: Move::State(JobState::Reported, None) });
        self.step(StepKind::Priority, "", priority.code(), "", "");
        self.step(StepKind::Impact, "", impact.code(), "", "");
        self.step(StepKind::Line, "", "1", "", "");
        self.moves.push(Moved { at: self.at, what: Move::Line(1) });
    }

    fn step(&mut self, kind: StepKind, from: &str, to: &str, detail: &str, note: &str) {
        self.steps.push(PastStep {
            at: Moment::from(self.at),
            person_id: Some(self.engineer),
            kind,
            from: from.to_owned(),
            to: to.to_owned(),
            detail: detail.to_owned(),
            note: note.to_owned(),
        });
    }

    /// Lets time pass, but never beyond the present.
    fn pass(&mut self, least: i64, most: i64) {
        let minutes = Duration::minutes(self.chance.between(least, most));
        self.at = (self.at + minutes).min(self.begin.now);
    }

    fn go(&mut self, to: JobState, detail: &str, note: &str) {
        self.step(StepKind::State, self.state.code(), to.code(), detail, note);
        self.waiting_for = if to == JobState::Waiting { WaitingFor::parse_code(detail).ok() } else { None };
        self.moves.push(Moved { at: self.at, what: Move::State(to, self.waiting_for) });
        self.state = to;
    }

    fn log(&mut self, kind: EntryKind, text: &str, minutes: i64) {
        // Ids are made from the chance, so that the same seed gives the same ones.
        let id = uuid::Builder::from_random_bytes(
            ((u128::from(self.chance.number()) << 64) | u128::from(self.chance.number())).to_be_bytes(),
        );
        self.entries.push(PastEntry {
            id: id.into_uuid().to_string(),
            kind,
            at: Moment::from(self.at),
            person_id: Some(self.engineer),
            minutes,
            text: text.to_owned(),
        });
    }

    fn triage(&mut self) {
        self.pass(5, 240);
        self.go(JobState::Triaged, "", "");
    }

    fn assign(&mut self) {
        self.pass(5, 600);
        let engineer = self.engineer.to_string();
        self.step(StepKind::Assignee, "", &engineer, "", "");
        self.go(JobState::Assigned, "", "");
    }

    /// Work begins; what was found is logged. Now and then a further line is needed.
    fn work(&mut self) {
        self.pass(20, 2400);
        self.go(JobState::InProgress, "", "");
        self.pass(5, 60);
        let minutes = self.chance.between(5, 45);
        self.log(EntryKind::Diagnosis, self.begin.fault.1, minutes);
        if self.line < 3 && self.chance.per_mille(150) {
            let (from, to) = (self.line.to_string(), (self.line + 1).to_string());
            self.step(StepKind::Line, &from, &to, "", "Needs somebody who knows it better");
            self.line += 1;
            self.moves.push(Moved { at: self.at, what: Move::Line(self.line) });
        }
    }

    fn wait(&mut self) {
        const REASONS: [(WaitingFor, u64); 4] = [
            (WaitingFor::Parts, 60),
            (WaitingFor::Customer, 15),
            (WaitingFor::ThirdParty, 15),
            (WaitingFor::Access, 10),
        ];
        let reason = pick(&mut self.chance, &REASONS);
        self.go(JobState::Waiting, reason.code(), "");
    }

    fn mend(&mut self) {
        self.pass(10, 180);
        let minutes = self.chance.between(10, 120);
        self.log(EntryKind::Work, self.begin.fault.2, minutes);
        self.go(JobState::Repaired, "", "");
    }

    fn go_until_now(&mut self) -> Option<Outcome> {
        let aim = pick(&mut self.chance, &OPEN);
        if aim == JobState::Reported {
            return None;
        }
        self.triage();
        if aim == JobState::Triaged {
            return None;
        }
        self.assign();
        if aim == JobState::Assigned {
            return None;
        }
        self.work();
        match aim {
            JobState::InProgress => {}
            JobState::Waiting => self.wait(),
            _ => {
                self.mend();
                if aim == JobState::Retest {
                    self.go(JobState::Retest, "", "");
                }
                if aim == JobState::Returned {
                    self.go(JobState::Returned, "", "");
                }
            }
        }
        None
    }

    fn go_to_the_end(&mut self) -> Option<Outcome> {
        let outcome = pick(&mut self.chance, &OUTCOMES);
        self.triage();
        self.assign();
        self.work();
        if self.chance.per_mille(180) {
            self.wait();
            self.pass(600, 8000);
            self.work_on();
        }
        if matches!(outcome, Outcome::Repaired | Outcome::Replaced) {
            self.mend();
            self.pass(2, 60);
            self.go(JobState::Returned, "", "");
            self.pass(2, 600);
            self.go(JobState::Closed, outcome.code(), "");
        } else {
            self.pass(10, 90);
            self.go(JobState::Closed, outcome.code(), self.begin.fault.1);
        }
        if self.chance.per_mille(30) {
            self.pass(1440, 14_400);
            self.go(JobState::InProgress, "", "It came back with the same fault");
            self.pass(20, 300);
            let minutes = self.chance.between(10, 60);
            self.log(EntryKind::Work, self.begin.fault.2, minutes);
            self.go(JobState::Closed, outcome.code(), "Put right for good");
        }
        Some(outcome)
    }

    fn work_on(&mut self) {
        self.go(JobState::InProgress, "", "");
    }

    fn past(self, (priority, impact): (Priority, Impact), outcome: Option<Outcome>) -> Past {
        let closes =
            self.moves.iter().filter(|moved| moved.what == Move::State(JobState::Closed, None)).count();
        let of = |state: JobState| {
            self.moves
                .iter()
                .find(|moved| matches!(moved.what, Move::State(to, _) if to == state))
                .map(|m| m.at)
        };
        let fixed = outcome
            .is_some_and(|end| matches!(end, Outcome::Repaired | Outcome::Replaced | Outcome::NoFaultFound));
        let closed_at = outcome.map(|_| Moment::from(self.at));
        let assigned = of(JobState::Assigned).map(|_| self.engineer);
        let job = PastJob {
            customer_id: self.begin.place.0,
            site_id: self.begin.place.1,
            number: String::new(),
            kind: Coded(JobKind::Repair),
            title: self.begin.fault.0.to_owned(),
            description: String::new(),
            state: Coded(self.state),
            waiting_for: self.waiting_for.map(Coded),
            outcome: outcome.map(Coded),
            priority: Coded(priority),
            impact: Coded(impact),
            line: self.line,
            contract_id: None,
            assignee_id: assigned,
            order_number: String::new(),
            source_ref: None,
            opened_at: Moment::from(self.begin.opened),
            opened_by: Some(self.engineer),
            responded_at: of(JobState::Triaged).map(Moment::from),
            fixed_at: closed_at.filter(|_| fixed),
            closed_at,
            response_due: None,
            fix_due: None,
            due_at: None,
            response_met: None,
            fix_met: None,
            first_time_fix: first_time_fix(JobKind::Repair, outcome, &self.moves, false),
            reopened: i64::try_from(closes.saturating_sub(1)).unwrap_or(0),
            minutes: self.entries.iter().map(|entry| entry.minutes).sum(),
        };
        Past { job, steps: self.steps, entries: self.entries, assets: vec![self.begin.asset_id], thing: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::job::find_step;

    #[test]
    fn every_course_takes_legal_steps_in_time_and_ends_where_it_says() {
        let now: DateTime<Utc> = "2026-11-28T12:00:00Z".parse().unwrap();
        let engineers = [(4, String::new()), (5, String::new())];
        let (mut reopened, mut waited) = (0, 0);
        for seed in 0..400 {
            let open = seed % 4 == 0;
            let begin = Begin {
                place: (1, 2),
                asset_id: 3,
                fault: ("Dead", "Fuse", "New fuse"),
                opened: now - Duration::days(30),
                now,
                engineers: &engineers,
            };
            let past = make_up(&begin, Chance::of(9, seed), open);
            let mut state = JobState::Reported;
            let mut last = Moment::from(begin.opened);
            for step in &past.steps {
                assert!(step.at >= last && step.at <= Moment::from(now));
                last = step.at;
                if step.kind == StepKind::State && !step.from.is_empty() {
                    let to = JobState::parse_code(&step.to).unwrap();
                    assert_eq!(step.from, state.code());
                    find_step(state, to).unwrap();
                    state = to;
                    waited += usize::from(to == JobState::Waiting);
                }
            }
            let job = &past.job;
            assert_eq!(job.state.0, state);
            assert_eq!((state == JobState::Closed, !open), (job.outcome.is_some(), job.closed_at.is_some()));
            assert_eq!(state == JobState::Waiting, job.waiting_for.is_some());
            reopened += job.reopened;
        }
        assert!(reopened > 0 && waited > 20, "{reopened} {waited}");
    }
}
