//! `proofmark judge`: verdicts on readings, without a database.

use std::io::{BufRead, Read, Write};

use clap::Args;
use domain::judge_document::judge_text;
use domain::ruleset::RuleSet;

/// The longest document, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Judge readings by a rule set, without a database: JSON in, JSON out.
///
/// Reads one document from the standard input, such as {"asset": {"equipment_class": "I", "equipment_type":
/// "portable", "conductor_mm2": "1.0", "lead_length_m": "3"}, "kind": "combined", "visual": {"plug": "pass"},
/// "readings": [{"test": "earth_continuity", "value": "0.15", "unit": "ohm"}]}, and writes its verdict. With --lines
/// each line is a document and gets one line in answer; a line that cannot be read is answered with {"line", "error"},
/// and the exit status is 1.
#[derive(Debug, Args)]
pub struct Judge {
    /// The rule set: iet5, en50699, en50678, vde0701 or asnzs3760
    #[arg(long)]
    ruleset: String,
    /// One document a line instead of one in all
    #[arg(long)]
    lines: bool,
}

impl Judge {
    /// Runs the command on the standard streams.
    ///
    /// # Errors
    /// What is wrong with the document, or how many lines were refused.
    pub fn run(self) -> Result<(), String> {
        let rules = RuleSet::parse_code(&self.ruleset).map_err(|why| format!("--ruleset: {why}"))?;
        let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
        match self.lines {
            true => judge_lines(rules, input, output),
            false => judge_one(rules, input, output),
        }
    }
}

fn judge_one(rules: &RuleSet, input: impl Read, mut output: impl Write) -> Result<(), String> {
    let mut text = String::new();
    let read = input.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if read as u64 > MOST_BYTES {
        return Err(format!("the document is larger than {MOST_BYTES} bytes; send less"));
    }
    let answer = judge_text(rules, &text)?;
    writeln!(output, "{answer}").map_err(|error| error.to_string())
}

/// Judges line by line: memory stays what one line takes.
///
/// # Errors
/// How many lines were refused; that the streams cannot be used.
fn judge_lines(rules: &RuleSet, mut input: impl BufRead, output: impl Write) -> Result<(), String> {
    let mut output = std::io::BufWriter::new(output);
    let (mut line, mut number, mut refused) = (String::new(), 0_u64, 0_u64);
    loop {
        line.clear();
        let read =
            (&mut input).take(MOST_BYTES + 1).read_line(&mut line).map_err(|error| error.to_string())?;
        if read == 0 {
            break;
        }
        number += 1;
        if read as u64 > MOST_BYTES {
            return Err(format!("line {number} is longer than {MOST_BYTES} bytes"));
        }
        if line.trim().is_empty() {
            continue;
        }
        let answer = judge_text(rules, &line).unwrap_or_else(|why| {
            refused += 1;
            serde_json::json!({ "line": number, "error": why }).to_string()
        });
        writeln!(output, "{answer}").map_err(|error| error.to_string())?;
    }
    output.flush().map_err(|error| error.to_string())?;
    match refused {
        0 => Ok(()),
        many => Err(format!("{many} of {number} lines were refused; each is answered with its error")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"asset": {"equipment_class": "II", "equipment_type": "portable"}, "kind": "formal_visual", "visual": {"plug": "pass"}}"#;

    #[test]
    fn each_line_gets_its_own_answer() {
        let rules = RuleSet::find("iet5").unwrap();
        let input = format!("{GOOD}\n\n{{\"asset\": 1}}\n{GOOD}");
        let mut output = vec![];
        let why = judge_lines(rules, input.as_bytes(), &mut output).unwrap_err();
        assert!(why.contains("1 of 4 lines"), "{why}");
        let text = String::from_utf8(output).unwrap();
        let answers: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((answers.len(), answers[0]["verdict"].as_str()), (3, Some("pass")));
        assert_eq!(answers[1]["line"], 3);
        assert_eq!(answers[0], answers[2]);
    }

    #[test]
    fn one_document_is_answered_or_refused() {
        let rules = RuleSet::find("en50699").unwrap();
        let mut output = vec![];
        judge_one(rules, GOOD.as_bytes(), &mut output).unwrap();
        assert!(String::from_utf8(output).unwrap().contains("\"ruleset\":\"en50699\""));
        let why = judge_one(rules, &b"{\"asset\": {}, \"kind\": \"taste\"}"[..], vec![]).unwrap_err();
        assert!(why.contains("kind") || why.contains("equipment_class"), "{why}");
    }
}
