//! A job history of our own in the shape of the open data of repair events.

use std::fmt::Write;

const KINDS: [(&str, &str); 8] = [
    ("Kettle", "Small kitchen item"),
    ("Vacuum", "Household"),
    ("Laptop", "Computers"),
    ("Lamp", "Lighting"),
    ("Power tool", "Tools"),
    ("Hi-Fi separates", "Audio"),
    ("Coffee maker", "Small kitchen item"),
    ("Sewing machine", "Household"),
];
const BRANDS: [&str; 6] = ["Bruma", "Halder", "Kestrel & Co", "Öhring", "", "Unknown"];
const STATUSES: [(&str, &str); 4] =
    [("Fixed", ""), ("Repairable", ""), ("End of life", "Spare parts not available"), ("Unknown", "")];
const SYMPTOMS: [&str; 8] = [
    "Does not switch on. The owner says it was dropped once",
    "Trips the breaker as soon as it gets warm",
    "Runs for a minute, then stops and smells of hot dust",
    "Makes a grinding noise; \"like gravel\" in the owner's words",
    "The flex is worn through where it enters the case",
    "Water under the base after each use",
    "No sound on one side, crackles on the other",
    "The switch has to be held down",
];
const WORK: [&str; 6] = [
    "cleaned the contacts and fitted a new fuse",
    "opened it: the motor's brushes are down to the springs",
    "thermal cut-out measured open, bridged for a trial and replaced",
    "resoldered the socket; ran for twenty minutes without a fault",
    "no spare part to be had for this series, advised the owner where to ask",
    "found nothing wrong; the socket at home should be looked at",
];

/// The head of such a file.
pub const HEAD: &str = "id,data_provider,country,partner_product_category,product_category,brand,\
    year_of_manufacture,product_age,repair_status,repair_barrier_if_end_of_life,group_identifier,event_date,problem\n";

/// The day of a row, from 2015 on.
pub fn day(number: usize) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2015, 1, 3).unwrap() + chrono::Days::new((number * 7 % 4000) as u64)
}

/// The category of a row.
pub fn category(number: usize) -> &'static str {
    KINDS[number % KINDS.len()].0
}

/// The text of a row: mostly a sentence or two, now and then one of 4,000 characters with line breaks and quotes.
pub fn problem(number: usize) -> String {
    let one = |n: usize| format!("{}; {}.", SYMPTOMS[n % SYMPTOMS.len()], WORK[n / 3 % WORK.len()]);
    let mut text = format!("{} Case {number}.", one(number));
    if number.is_multiple_of(500) {
        for n in 0.. {
            let more = format!("\n{}", one(number + n));
            if text.chars().count() + more.chars().count() > 4000 {
                break;
            }
            text += &more;
        }
        let rest = 4000 - text.chars().count();
        text += &"x".repeat(rest);
    }
    text
}

/// A file of so many rows.
pub fn repair_events(rows: usize) -> String {
    let mut file = HEAD.to_owned();
    for number in 0..rows {
        let (kind, above) = KINDS[number % KINDS.len()];
        let (status, barrier) = STATUSES[number / 2 % STATUSES.len()];
        let year = if number.is_multiple_of(3) { String::new() } else { (1995 + number % 25).to_string() };
        let (brand, day) = (BRANDS[number % BRANDS.len()], day(number));
        let text = problem(number).replace('"', "\"\"");
        writeln!(
            file,
            "own_{number},Own events,GBR,{above} ~ {kind},{kind},{brand},{year},,{status},{barrier},group {},{day},\"{text}\"",
            number % 40
        )
        .unwrap();
    }
    file
}
