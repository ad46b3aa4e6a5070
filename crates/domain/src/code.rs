//! Closed lists of words: one spelling in forms, JSON, the database and on paper.

/// A closed list whose members have a code (stored, sent) and a label (shown).
pub trait Code: Copy + Eq + 'static {
    /// What the list is called in an error, such as "equipment class".
    const NOUN: &'static str;
    /// Every member, in the order in which people expect to see them.
    const ALL: &'static [Self];
    /// The stored and transmitted spelling.
    fn code(self) -> &'static str;
    /// The words shown to a reader.
    fn label(self) -> &'static str;
    /// The label inside a sentence: "earth continuity", but "RCD trip time" and "IT".
    fn noun(self) -> String {
        let mut letters = self.label().chars();
        match (letters.next(), letters.clone().next()) {
            (Some(_), Some(second)) if second.is_uppercase() => self.label().to_owned(),
            (Some(first), _) => first.to_lowercase().chain(letters).collect(),
            (None, _) => String::new(),
        }
    }
    /// Finds the member with this code.
    ///
    /// # Errors
    /// Names the list, the code given and the codes allowed.
    fn parse_code(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|m| m.code() == text).ok_or_else(|| {
            let allowed: Vec<_> = Self::ALL.iter().map(|m| m.code()).collect();
            format!("\"{text}\" is not a known {}; use one of {}", Self::NOUN, allowed.join(", "))
        })
    }
}

/// Declares an enum that is a [`Code`], with `FromStr`, `Display` and serde in its codes.
#[macro_export]
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident, $noun:literal, { $($(#[$m:meta])* $member:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")] pub enum $name { $($(#[$m])* #[doc = $label] $member,)+ }
        impl $crate::code::Code for $name {
            const NOUN: &'static str = $noun;
            const ALL: &'static [Self] = &[$(Self::$member,)+];
            fn code(self) -> &'static str { match self { $(Self::$member => $code,)+ } }
            fn label(self) -> &'static str { match self { $(Self::$member => $label,)+ } }
        }
        $crate::code_traits!($name);
    };
}

/// The std and serde traits of a [`Code`]; used by [`codes!`].
#[macro_export]
macro_rules! code_traits {
    ($name:ident) => {
        impl From<$name> for &'static str {
            fn from(m: $name) -> Self {
                $crate::code::Code::code(m)
            }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(t: String) -> Result<Self, String> {
                t.parse()
            }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(t: &str) -> Result<Self, String> {
                $crate::code::Code::parse_code(t)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::code::Code::code(*self))
            }
        }
    };
}
