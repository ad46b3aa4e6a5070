//! Text with `{fields}` in it.

use super::data::{LabelData, is_field};

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Field(String),
}

/// A parsed template such as `Tested {test.date}`; `{{` and `}}` are plain braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// Says which brace is unbalanced or which field nobody knows.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' | '}' if chars.peek() == Some(&c) => {
                    chars.next();
                    literal.push(c);
                }
                '{' => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Field(field_name(&mut chars)?));
                }
                '}' => return Err("a } without its {; write }} for a plain brace".into()),
                _ => literal.push(c),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self(pieces))
    }

    /// Whether it names a field whose name begins so.
    pub fn names(&self, start: &str) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Field(name) if name.starts_with(start)))
    }

    /// The text with each field's value in its place. Empty when there are fields and all of them are.
    pub fn fill(&self, data: &LabelData) -> String {
        let mut out = String::new();
        let (mut fields, mut filled) = (0, 0);
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Field(name) => {
                    let value = data.get(name);
                    fields += 1;
                    filled += usize::from(!value.is_empty());
                    out.push_str(value);
                }
            }
        }
        // "Serial " with nothing after it would say that somebody forgot something.
        if fields > 0 && filled == 0 { String::new() } else { out.trim().to_string() }
    }
}

fn field_name(chars: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut name = String::new();
    for c in chars {
        if c == '}' {
            return if is_field(&name) { Ok(name) } else { Err(format!("no field is called \"{name}\"")) };
        }
        name.push(c);
    }
    Err("a { without its }; write {{ for a plain brace".into())
}
