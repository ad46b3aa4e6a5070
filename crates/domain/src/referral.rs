//! Referrals: what is sent to a supplier or maker to be put right, and what must be chased.

use crate::codes;
use chrono::{Days, NaiveDate};

codes!(
    /// Where a referral stands.
    ReferralState, "state of a referral", {
    ToSend = "to_send", "To be sent";
    Sent = "sent", "Sent";
    ReceivedBack = "received_back", "Received back";
    Refused = "refused", "Refused";
    WrittenOff = "written_off", "Written off";
});

codes!(
    /// What a step of a referral tells of.
    ReferralStepKind, "kind of step of a referral", {
    State = "state", "State";
    Chased = "chased", "Chased";
    Due = "due", "Date promised";
    Cost = "cost", "Cost";
});

/// Days after which a supplier that has not answered is chased again.
const CHASE_EVERY: Days = Days::new(3);
/// Days after which something sent without a promised date is first chased.
const CHASE_FIRST: Days = Days::new(7);

impl ReferralState {
    /// Whether the thing is still to go out or to come back.
    pub fn is_open(self) -> bool {
        matches!(self, Self::ToSend | Self::Sent)
    }

    /// Whether this state may become that one: what ended stays so, except that a thing written off may turn up.
    pub fn may_become(self, next: Self) -> bool {
        use ReferralState::{ReceivedBack, Refused, Sent, ToSend, WrittenOff};
        match self {
            ToSend => matches!(next, Sent | Refused | WrittenOff),
            Sent => matches!(next, ReceivedBack | Refused | WrittenOff),
            WrittenOff => next == ReceivedBack,
            ReceivedBack | Refused => false,
        }
    }
}

/// The day on which something sent is to be chased first: the day after it was promised, or a week after it went.
pub fn first_chase(sent_on: NaiveDate, due_on: Option<NaiveDate>) -> NaiveDate {
    match due_on {
        Some(due) => due.succ_opt().unwrap_or(due),
        None => sent_on.checked_add_days(CHASE_FIRST).unwrap_or(sent_on),
    }
}

/// The day on which something chased today is to be chased again where nobody says otherwise: a few days later, or
/// the day after a promise that lies beyond that.
pub fn next_chase(today: NaiveDate, due_on: Option<NaiveDate>) -> NaiveDate {
    let soon = today.checked_add_days(CHASE_EVERY).unwrap_or(today);
    due_on.and_then(|due| due.succ_opt()).map_or(soon, |after| after.max(soon))
}

/// How urgent an open referral is on the list of what is to be chased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chase {
    /// It was promised for a day that has passed.
    Overdue,
    /// The day to ask again has come.
    Today,
    /// Nothing is to be done yet.
    Later,
}

/// How urgent an open referral is today.
pub fn chase_of(today: NaiveDate, due_on: Option<NaiveDate>, chase_on: Option<NaiveDate>) -> Chase {
    if due_on.is_some_and(|due| due < today) {
        Chase::Overdue
    } else if chase_on.is_some_and(|day| day <= today) {
        Chase::Today
    } else {
        Chase::Later
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_ended_stays_ended_but_for_what_turns_up_again() {
        use ReferralState::*;
        let legal = [
            (ToSend, Sent),
            (ToSend, Refused),
            (ToSend, WrittenOff),
            (Sent, ReceivedBack),
            (Sent, Refused),
            (Sent, WrittenOff),
            (WrittenOff, ReceivedBack),
        ];
        for from in ReferralState::ALL {
            for to in ReferralState::ALL {
                assert_eq!(from.may_become(*to), legal.contains(&(*from, *to)), "{from} to {to}");
            }
        }
        assert_eq!(ReferralState::ALL.iter().filter(|state| state.is_open()).count(), 2);
    }

    #[test]
    fn chasing_begins_after_the_promise_or_after_a_week_and_repeats() {
        assert_eq!(first_chase(day("2026-11-02"), None), day("2026-11-09"));
        assert_eq!(first_chase(day("2026-11-02"), Some(day("2026-11-20"))), day("2026-11-21"));
        assert_eq!(next_chase(day("2026-11-21"), Some(day("2026-11-20"))), day("2026-11-24"));
        assert_eq!(next_chase(day("2026-11-21"), Some(day("2026-12-05"))), day("2026-12-06"));
        assert_eq!(next_chase(NaiveDate::MAX, None), NaiveDate::MAX);
    }

    #[test]
    fn the_overdue_come_before_what_is_to_be_chased() {
        let today = day("2026-11-10");
        let cases = [
            (Some("2026-11-09"), Some("2026-11-20"), Chase::Overdue),
            (Some("2026-11-10"), Some("2026-11-11"), Chase::Later),
            (Some("2026-11-30"), Some("2026-11-10"), Chase::Today),
            (None, Some("2026-11-09"), Chase::Today),
            (None, None, Chase::Later),
        ];
        for (due, chase, expected) in cases {
            assert_eq!(chase_of(today, due.map(day), chase.map(day)), expected, "{due:?} {chase:?}");
        }
        assert!(Chase::Overdue < Chase::Today && Chase::Today < Chase::Later);
    }
}
