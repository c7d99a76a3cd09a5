//! The one place that reads the environment: `./.env`, that file alone, and the process's variables, which win.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::problem::Problems;
use super::variable;

/// The one file that is read.
pub(super) const DOT_ENV: &str = ".env";
/// Most bytes of a file that a variable names.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Names and values, as far as they were set.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// `./.env` cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("./.env cannot be read: {0}. Each line is NAME=value; quote values that hold spaces")]
pub struct UnreadableDotEnv(String);

impl Environment {
    /// What is set in `./.env` and in the process's environment.
    ///
    /// # Errors
    /// [`UnreadableDotEnv`] tells that the file cannot be read, never what it holds.
    pub fn of_process() -> Result<Self, UnreadableDotEnv> {
        let mut values = dot_env(Path::new(DOT_ENV))?;
        values.extend(Self::of_process_alone().0);
        Ok(Self(values))
    }

    /// What is set in the process's environment, for what runs in folders of others: a `./.env` there is none of ours.
    #[must_use]
    pub fn of_process_alone() -> Self {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// Whether a variable is set to something.
    #[must_use]
    pub fn sets(&self, name: &str) -> bool {
        self.plain(name).is_some()
    }

    /// The same without this variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// What a test sets.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The trimmed value; an empty one counts as unset. A secret may stand in a file that `NAME_FILE` names.
    pub(super) fn get(&self, name: &'static str, problems: &mut Problems) -> Option<String> {
        let value = self.plain(name);
        let secret = variable::find(name).is_some_and(|known| known.secret);
        let Some(path) = self.plain(&format!("{name}_FILE")) else { return value };
        if !secret {
            problems.add(name, format!("is not read from a file, and {name}_FILE is set; set {name} itself"));
            return value;
        }
        if value.is_some() {
            problems.add(name, format!("is set, and {name}_FILE too; set one of them"));
            return None;
        }
        match read_text(Path::new(&path)) {
            Ok(value) => Some(value.trim().to_owned()).filter(|value| !value.is_empty()),
            Err(wrong) => {
                problems.add(name, format!("cannot be read from the file that {name}_FILE names: {wrong}"));
                None
            }
        }
    }

    fn plain(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

fn dot_env(path: &Path) -> Result<BTreeMap<String, String>, UnreadableDotEnv> {
    match std::fs::File::open(path) {
        Ok(file) => values(file),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(UnreadableDotEnv(error.kind().to_string())),
    }
}

/// Names and values as the text of `./.env` sets them.
pub(super) fn values(text: impl Read) -> Result<BTreeMap<String, String>, UnreadableDotEnv> {
    let lines = dotenvy::from_read_iter(text);
    lines.map(|line| line.map_err(|error| UnreadableDotEnv(reason(&error)))).collect()
}

/// What is wrong, without the line: it may hold a secret.
fn reason(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(_, place) => {
            format!("a line is not understood at its character {}", place + 1)
        }
        dotenvy::Error::Io(error) => error.kind().to_string(),
        _ => "it is not understood".to_owned(),
    }
}

/// The text of a file; what is wrong names the file.
pub(super) fn read_text(path: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => format!("there is no {}", path.display()),
        kind => format!("{}: {kind}", path.display()),
    };
    let file = std::fs::File::open(path).map_err(told)?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(told)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("it is larger than {FILE_BYTES_MAX} bytes"));
    }
    Ok(text)
}
