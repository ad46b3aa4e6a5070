//! Words for the search index, cut here so that SQLite's FTS5 and PostgreSQL's tsvector hold the same ones.
//!
//! Both are fed the finished words (FTS5 with `tokenize='ascii'`, PostgreSQL through `array_to_tsvector`), so neither
//! splits "sn-12/34" its own way.

/// The longest word kept, in characters; longer ones are cut here in documents and queries alike.
pub const LONGEST_WORD: usize = 40;
/// The most words of one query that are looked for; the rest could only narrow what is already narrow.
pub const MOST_TERMS: usize = 6;
/// The most distinct words of one document; beyond it lie only pasted manuals.
pub const MOST_WORDS: usize = 1000;
/// From how many pieces of one compound ("sn-12/34") the text is also kept run together to its end.
const MOST_STARTS: usize = 8;

/// One word to look for; all terms of a query must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Lower-case ASCII letters, digits and letters of other scripts: nothing that any query language reads.
    pub text: String,
    /// Whether words that merely begin with it match too.
    pub prefix: bool,
}

/// The words of an asset's fields, distinct, in order of appearance, separated by single spaces.
pub fn document<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut words = Vec::new();
    for chunk in fields.into_iter().flat_map(str::split_whitespace) {
        for word in words_of(chunk) {
            if words.len() < MOST_WORDS && seen.insert(word.clone()) {
                words.push(word);
            }
        }
    }
    words.join(" ")
}

/// The terms of what somebody typed: at most six, the last one a prefix since it may be half typed.
///
/// A compound is looked for run together and as a prefix: "12/3" finds "SN-12/34" by the indexed word "1234".
pub fn query(text: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for chunk in text.split_whitespace() {
        let pieces = pieces_of(chunk);
        let text = cut(&pieces.concat());
        if text.is_empty() || terms.iter().any(|t| t.text == text) {
            continue;
        }
        terms.push(Term { text, prefix: pieces.len() > 1 });
    }
    terms.truncate(MOST_TERMS);
    if let Some(last) = terms.last_mut() {
        last.prefix = true;
    }
    terms
}

/// A text as one word without spaces, accents and signs: "HL-L2350 DW" as "hll2350dw".
pub fn run_together(text: &str) -> String {
    pieces_of(text).concat()
}

/// Each piece of a chunk, and the chunk run together from each of its first pieces on.
fn words_of(chunk: &str) -> Vec<String> {
    let pieces = pieces_of(chunk);
    let joined = pieces.len().saturating_sub(1).min(MOST_STARTS);
    let runs = (0..joined).map(|from| cut(&pieces[from..].concat()));
    runs.chain(pieces.iter().map(|p| cut(p))).collect()
}

fn pieces_of(chunk: &str) -> Vec<String> {
    let plain = plain(chunk);
    plain.split(|c: char| !belongs(c)).filter(|p| !p.is_empty()).map(str::to_string).collect()
}

/// Whether a character is part of a word; "²" and "½" are not, though Unicode calls them numeric.
fn belongs(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphabetic())
}

fn cut(word: &str) -> String {
    word.chars().take(LONGEST_WORD).collect()
}

/// Lower case without accents: "Łódź" as "lodz", "Müller" as "muller", "Straße" as "strasse".
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            _ if c.is_ascii() => out.push(c),
            // Marks that combine with the letter before them: the decomposed spelling of an accent.
            '\u{300}'..='\u{36f}' => {}
            _ => match BARE.iter().find(|(accented, _)| accented.contains(c)) {
                Some((_, bare)) => out.push_str(bare),
                None => out.push(c),
            },
        }
    }
    out
}

/// Lower-case letters with accents and what people without that keyboard type instead.
/// A table of its own, since the Unicode crate keeps ł, ø, đ and ß as they are.
const BARE: &[(&str, &str)] = &[
    ("àáâãäåāăąǎạảấầẩẫậắằẳẵặª", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęěẹẻẽếềểễệ", "e"),
    ("ƒ", "f"),
    ("ĝğġģǧ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįıǐỉị", "i"),
    ("ĵ", "j"),
    ("ķĸ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŉŋ", "n"),
    ("òóôõöøōŏőơǒọỏốồổỗộớờởỡợº", "o"),
    ("ŕŗř", "r"),
    ("śŝşšșſ", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűųưǔụủứừửữự", "u"),
    ("ŵẁẃẅ", "w"),
    ("ýÿŷỳỵỷỹ", "y"),
    ("źżž", "z"),
    ("æǽ", "ae"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("þ", "th"),
    ("ĳ", "ij"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("µ", "μ"),
    ("ά", "α"),
    ("έ", "ε"),
    ("ή", "η"),
    ("ίϊΐ", "ι"),
    ("ό", "ο"),
    ("ύϋΰ", "υ"),
    ("ώ", "ω"),
    ("ς", "σ"),
    ("ёѐ", "е"),
    ("й", "и"),
    ("ї", "і"),
];

#[cfg(test)]
#[path = "search_text_tests.rs"]
mod tests;
