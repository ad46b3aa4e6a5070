//! A calendar feed (iCalendar, RFC 5545): whole days for due dates, stretches of time for appointments.

use chrono::{DateTime, NaiveDate, Utc};

/// The longest line in octets, without its end; a longer one is folded.
const LINE: usize = 75;

/// When an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// A whole day, marked as free time, so that five hundred due tests do not make anybody look busy.
    Day(NaiveDate),
    /// A stretch of time in which somebody is busy, written in UTC: a calendar shows it by its reader's clock.
    Span(DateTime<Utc>, DateTime<Utc>),
}

/// How firm an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not agreed yet.
    Tentative,
    /// It stands.
    Confirmed,
    /// It was called off: programs take it out of their calendar.
    Cancelled,
}

/// One entry in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stays the same while the thing is the same, so that a moved date moves the entry: "asset-id.kind@host".
    pub uid: String,
    /// When it is.
    pub time: Time,
    /// How firm it is, and how often it was changed; left out for what only falls due.
    pub status: Option<(Status, i64)>,
    /// The title.
    pub summary: String,
    /// Where; left out if empty.
    pub location: String,
    /// More words; left out if empty.
    pub description: String,
    /// A page to open; left out if empty.
    pub url: String,
}

/// The whole feed as text with CRLF ends; `stamp` is when it was made.
pub fn feed<'a>(name: &str, stamp: DateTime<Utc>, events: impl IntoIterator<Item = &'a Event>) -> String {
    let mut out = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Proofmark//Due dates//EN", "CALSCALE:GREGORIAN"]
    {
        push(&mut out, line);
    }
    push(&mut out, &format!("X-WR-CALNAME:{}", escape(name)));
    for event in events {
        push_event(&mut out, stamp, event);
    }
    push(&mut out, "END:VCALENDAR");
    out
}

fn push_event(out: &mut String, stamp: DateTime<Utc>, event: &Event) {
    push(out, "BEGIN:VEVENT");
    push(out, &format!("UID:{}", escape(&event.uid)));
    push(out, &format!("DTSTAMP:{}", stamp.format("%Y%m%dT%H%M%SZ")));
    let utc = |at: DateTime<Utc>| at.format("%Y%m%dT%H%M%SZ").to_string();
    match event.time {
        Time::Day(day) => push(out, &format!("DTSTART;VALUE=DATE:{}", day.format("%Y%m%d"))),
        Time::Span(from, to) => {
            push(out, &format!("DTSTART:{}", utc(from)));
            push(out, &format!("DTEND:{}", utc(to)));
        }
    }
    if let Some((status, sequence)) = event.status {
        let word = match status {
            Status::Tentative => "TENTATIVE",
            Status::Confirmed => "CONFIRMED",
            Status::Cancelled => "CANCELLED",
        };
        push(out, &format!("STATUS:{word}"));
        push(out, &format!("SEQUENCE:{sequence}"));
    }
    push(out, &format!("SUMMARY:{}", escape(&event.summary)));
    for (name, text) in [("LOCATION", &event.location), ("DESCRIPTION", &event.description)] {
        if !text.is_empty() {
            push(out, &format!("{name}:{}", escape(text)));
        }
    }
    // An address is not text: it is not escaped, so it must not hold what could end its line.
    let url: String = event.url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    if !url.is_empty() {
        push(out, &format!("URL:{url}"));
    }
    let busy = matches!(event.time, Time::Span(..)) && !matches!(event.status, Some((Status::Cancelled, _)));
    push(out, if busy { "TRANSP:OPAQUE" } else { "TRANSP:TRANSPARENT" });
    push(out, "END:VEVENT");
}

/// Escapes a text value; control characters other than line ends are dropped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' | ',' | ';' => out.extend(['\\', c]),
            c if c.is_control() && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// Adds a line, folded at 75 octets and never inside a character.
fn push(out: &mut String, line: &str) {
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "0190-7K3M9QXT.combined@pat.example.org".into(),
            time: Time::Day(NaiveDate::from_ymd_opt(2025, 3, 4).unwrap()),
            status: None,
            summary: summary.into(),
            location: "Head office; 2nd floor, room 201".into(),
            description: String::new(),
            url: "https://pat.example.org/t/7K3M9QXT\r\nX:1".into(),
        }
    }

    fn stamp() -> DateTime<Utc> {
        DateTime::from_timestamp(1_735_689_600, 0).unwrap()
    }

    #[test]
    fn a_due_test_is_a_whole_day() {
        let text = feed("Due, all", stamp(), [&event("Kettle: test due\nsoon \\o/")]);
        assert_eq!(
            text,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Proofmark//Due dates//EN\r\nCALSCALE:GREGORIAN\r\n\
             X-WR-CALNAME:Due\\, all\r\nBEGIN:VEVENT\r\nUID:0190-7K3M9QXT.combined@pat.example.org\r\n\
             DTSTAMP:20250101T000000Z\r\nDTSTART;VALUE=DATE:20250304\r\nSUMMARY:Kettle: test due\\nsoon \\\\o/\r\n\
             LOCATION:Head office\\; 2nd floor\\, room 201\r\nURL:https://pat.example.org/t/7K3M9QXTX:1\r\n\
             TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn an_appointment_is_a_stretch_of_time_and_says_when_it_is_called_off() {
        let at = |hour: i64| stamp() + chrono::Duration::hours(hour);
        let booked = Event {
            time: Time::Span(at(8), at(9)),
            status: Some((Status::Confirmed, 1)),
            ..event("Fan heater")
        };
        let text = feed("Mine", stamp(), [&booked]);
        let times =
            "DTSTART:20250101T080000Z\r\nDTEND:20250101T090000Z\r\nSTATUS:CONFIRMED\r\nSEQUENCE:1\r\n";
        assert!(text.contains(times) && text.contains("TRANSP:OPAQUE"), "{text}");
        let off = Event { status: Some((Status::Cancelled, 2)), ..booked };
        let text = feed("Mine", stamp(), [&off]);
        assert!(
            text.contains("STATUS:CANCELLED\r\nSEQUENCE:2") && text.contains("TRANSP:TRANSPARENT"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_was_meant(summary in any::<String>()) {
            let text = feed("Due", stamp(), [&event(&summary)]);
            prop_assert!(text.ends_with("\r\n"));
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= LINE && !line.contains(['\r', '\n']));
            }
            let wanted = format!("\r\nSUMMARY:{}\r\n", escape(&summary));
            prop_assert!(text.replace("\r\n ", "").contains(&wanted));
        }
    }
}
