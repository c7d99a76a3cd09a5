//! What is wrong with the settings: all of it at once, each with an example, never with a secret.

use std::fmt;

use super::variable;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable to change.
    pub variable: &'static str,
    /// What is wrong, to be read after the variable's name.
    pub wrong: String,
}

/// Every mistake in the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one; `wrong` is read after the variable's name and holds no secret.
    pub fn add(&mut self, variable: &'static str, wrong: impl Into<String>) {
        self.0.push(Problem { variable, wrong: wrong.into() });
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of the variables.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = if self.0.len() == 1 { "setting needs" } else { "settings need" };
        write!(f, "{} {settings} a change:", self.0.len())?;
        for Problem { variable, wrong } in &self.0 {
            write!(f, "\n  {variable} {wrong}.")?;
            if let Some(example) = variable::find(variable).map(|known| known.example) {
                write!(f, "\n      Example: {variable}={example}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
