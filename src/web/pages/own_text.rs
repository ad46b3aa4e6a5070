//! The form of what the firm keeps as a text of its own: a sequence, a checklist.

use askama::Template;

use crate::web::editing::Conflict;
use crate::web::forms::{Form, LONG};
use crate::web::layout::Chrome;

/// What a kind of text is called on its form.
pub struct Words {
    /// Its noun, such as "sequence".
    pub noun: &'static str,
    /// What to know before writing one.
    pub note: &'static str,
    /// Above the text.
    pub label: &'static str,
    /// Beside the box that ends its use.
    pub archived: &'static str,
}

/// The form.
#[derive(Template)]
#[template(path = "text_form.html")]
pub struct TextFormPage {
    chrome: Chrome,
    form: Form,
    conflict: Conflict,
    back: String,
    noun: &'static str,
    note: &'static str,
    label: &'static str,
    archived: &'static str,
}

impl TextFormPage {
    /// The form of a text, to be left for `back`.
    pub fn new(chrome: Chrome, words: &Words, form: Form, (conflict, back): (Conflict, &str)) -> Self {
        let Words { noun, note, label, archived } = *words;
        Self { chrome, form, conflict, back: back.to_owned(), noun, note, label, archived }
    }
}

/// Reads the text, and whether it is no longer used.
pub fn read(form: &mut Form) -> (String, bool) {
    let text = form.value("text").to_owned();
    if text.chars().count() > 10 * LONG {
        form.fail("text", format!("use at most {} characters", 10 * LONG));
    }
    (text, form.ticked("archived"))
}

/// Fills the form from what is kept.
pub fn fill(text: &str, archived: bool, version: i64) -> Form {
    let mut form = Form::default();
    form.set("text", text).set("archived", archived).set("version", version);
    form
}

/// A text under a code of its own, so that a copy can be saved as it is.
pub fn copy_of(text: &str, code: &str) -> Form {
    let mut form = Form::default();
    form.set("text", text.replacen(&format!("code = \"{code}\""), &format!("code = \"{code}_own\""), 1));
    form
}
