use super::*;

#[test]
fn every_state_is_reached_and_left() {
    for state in JobState::ALL.iter().copied() {
        assert!(steps_from(state).next().is_some(), "{state} is a dead end");
        let reached = TRANSITIONS.iter().any(|step| step.to == state);
        assert!(reached || state == JobState::Reported, "nothing leads to {state}");
    }
}

#[test]
fn what_is_not_in_the_table_is_refused_with_what_is_legal() {
    for from in JobState::ALL.iter().copied() {
        for to in JobState::ALL.iter().copied() {
            let legal = TRANSITIONS.iter().any(|step| (step.from, step.to) == (from, to));
            match find_step(from, to) {
                Ok(step) => assert!(legal && (step.from, step.to) == (from, to)),
                Err(illegal) => {
                    assert!(!legal);
                    let words = illegal.to_string();
                    for state in steps_from(from).map(|step| step.to.label()) {
                        assert!(words.contains(state), "{words}");
                    }
                }
            }
        }
    }
}

#[test]
fn forward_is_towards_the_end() {
    let forward = |from, to| find_step(from, to).unwrap().is_forward();
    assert!(forward(JobState::Waiting, JobState::InProgress));
    assert!(forward(JobState::InProgress, JobState::Repaired));
    assert!(!forward(JobState::InProgress, JobState::Waiting));
    assert!(!forward(JobState::InProgress, JobState::Triaged));
    assert!(!forward(JobState::Closed, JobState::Triaged));
}

#[test]
fn no_step_stands_twice() {
    for (at, step) in TRANSITIONS.iter().enumerate() {
        assert!(TRANSITIONS[at + 1..].iter().all(|other| (other.from, other.to) != (step.from, step.to)));
    }
}
