//! The shape that every record's form has: add, change, and somebody else's change beside one's own.

use askama::Template;

use crate::error::{Error, Result};
use crate::web::forms::Form;
use crate::web::reply::Reply;

/// A form as it was sent.
pub type Pairs = Vec<(String, String)>;

/// One field of which somebody else saved another value meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// What they saved.
    pub theirs: String,
    /// What was typed here.
    pub yours: String,
}

/// What differs when a record was changed meanwhile; none when it was not.
pub type Conflict = Option<Vec<Difference>>;

/// A noun's form: the names of its fields, and how they are read from what was typed and filled from a record.
pub struct Sheet<R, F> {
    /// Every name the form may send. Any other is refused, so that nobody slips in what is never typed.
    pub fields: &'static [&'static str],
    /// Reads the fields, noting what is wrong.
    pub read: fn(&mut Form) -> F,
    /// Fills the form, its `version` included.
    pub fill: fn(&R) -> Form,
}

impl<R, F> Sheet<R, F> {
    /// Reads a form that adds something; `act` adds it and says where to go on. The form is shown again with its errors.
    ///
    /// # Errors
    /// What is not about the form's fields.
    pub fn add<P: Template>(
        &self,
        pairs: Pairs,
        act: impl FnOnce(F) -> Result<String>,
        show: impl FnOnce(Form) -> Result<P>,
    ) -> Result<Reply> {
        let (mut form, fields) = self.read(pairs);
        match form.check().and_then(|()| act(fields)) {
            Ok(path) => Ok(Reply::see_other(&path, "added")),
            Err(error) => {
                again(&mut form, error)?;
                Reply::unprocessable(&show(form)?)
            }
        }
    }

    /// Reads a form that changes what `find` finds; `act` changes it if it still has the version that was read.
    /// The form is shown again with its errors, and with both versions when somebody was quicker.
    ///
    /// # Errors
    /// What is not about the form's fields; first of all that there is no such record.
    pub fn change<P: Template>(
        &self,
        pairs: Pairs,
        find: impl Fn() -> Result<R>,
        act: impl FnOnce(i64, F) -> Result<String>,
        show: impl FnOnce(Form, Conflict) -> Result<P>,
    ) -> Result<Reply> {
        find()?;
        let (mut form, fields) = self.read(pairs);
        let version = form.number("version", 0, i64::MAX);
        if version.is_none() && form.error("version").is_none() {
            form.fail("version", "open the form again, then save");
        }
        match form.check().and_then(|()| act(version.unwrap_or(-1), fields)) {
            Ok(path) => Ok(Reply::see_other(&path, "saved")),
            Err(Error::Stale(_)) => {
                let theirs = (self.fill)(&find()?);
                let differences = differences(&theirs, &form);
                // Saving again now means: having seen both.
                form.set("version", theirs.value("version"));
                Reply::conflict(&show(form, Some(differences))?)
            }
            Err(error) => {
                again(&mut form, error)?;
                Reply::unprocessable(&show(form, None)?)
            }
        }
    }

    fn read(&self, pairs: Pairs) -> (Form, F) {
        let mut form = Form::new(pairs);
        refuse_unknown(&mut form, self.fields);
        let fields = (self.read)(&mut form);
        (form, fields)
    }
}

/// Notes each sent name that the form does not have: it was not typed into our page.
pub fn refuse_unknown(form: &mut Form, known: &[&str]) {
    let known = |name: &str| name == "version" || known.contains(&name);
    let unknown: Vec<String> = form.names().filter(|name| !known(name)).map(str::to_owned).collect();
    for name in unknown {
        form.fail("", format!("\"{}\" is no field of this form", name.chars().take(40).collect::<String>()));
    }
}

/// Takes over an action's error for showing the form again; errors found by reading stand already.
///
/// # Errors
/// One that is not about the form.
pub fn again(form: &mut Form, error: Error) -> Result<()> {
    if form.errors().is_empty() { form.take(error) } else { Ok(()) }
}

fn differences(theirs: &Form, mine: &Form) -> Vec<Difference> {
    let names = theirs.names().filter(|name| *name != "version" && theirs.all(name) != mine.all(name));
    let shown = |form: &Form, name: &str| form.all(name).join(", ");
    names
        .map(|name| Difference {
            field: name.replace('_', " "),
            theirs: shown(theirs, name),
            yours: shown(mine, name),
        })
        .filter(|d| !both_unticked(d))
        .collect()
}

/// A browser leaves out a box that is not ticked.
fn both_unticked(difference: &Difference) -> bool {
    difference.theirs == "false" && difference.yours.is_empty()
        || difference.theirs == "true" && difference.yours == "on"
        || difference.theirs == difference.yours
}
