//! Changes to `./.env`: all of them or none, and nothing else in the file. What it sets otherwise, its comments and the order of
//! its lines stay; nobody but its owner can read it afterwards.

use std::fs::Permissions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::environment::{DOT_ENV, UnreadableDotEnv, values};
use super::variable;

/// How a file begins that was not there before.
const HEAD: &str =
    "# Countersign's settings, written by `countersign init`; .env.example describes all of them.\n";

/// The file `.env` in a folder.
#[derive(Clone, Debug)]
pub struct DotEnv(PathBuf);

/// Why the file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum DotEnvError {
    /// It could not be read or written.
    #[error("{path} cannot be changed: {cause}. It is as it was")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is not understood.
    #[error(transparent)]
    Unreadable(#[from] UnreadableDotEnv),
    /// Changing it would change something else too.
    #[error(
        "./.env sets {0} in a way that is not changed by itself; it is as it was. Take its line out, and try again"
    )]
    Unclear(&'static str),
}

impl DotEnv {
    /// The one that the program reads: `./.env`.
    #[must_use]
    pub fn here() -> Self {
        Self(PathBuf::from(DOT_ENV))
    }

    /// The one in this folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self(folder.join(DOT_ENV))
    }

    /// Whether it sets a variable to something.
    ///
    /// # Errors
    /// [`DotEnvError`] where it cannot be read.
    pub fn sets(&self, name: &str) -> Result<bool, DotEnvError> {
        let values = values(self.read()?.as_bytes())?;
        Ok(values.get(name).is_some_and(|value| !value.trim().is_empty()))
    }

    /// Sets these variables. A kill at any moment leaves the file as it was, or as it is to be.
    ///
    /// # Errors
    /// [`DotEnvError`]; then the file is as it was.
    pub fn set(&self, changes: &[(&'static str, String)]) -> Result<(), DotEnvError> {
        let before = self.read()?;
        let after = changed(&before, changes);
        let mut wanted = values(before.as_bytes())?;
        wanted.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        match changes.first() {
            Some((name, _)) if values(after.as_bytes())? != wanted => Err(DotEnvError::Unclear(name)),
            _ => self.write(&after).map_err(|cause| self.io(cause)),
        }
    }

    /// What a variable is set to, where it is.
    ///
    /// # Errors
    /// [`DotEnvError`] where it cannot be read.
    pub fn value(&self, name: &str) -> Result<Option<String>, DotEnvError> {
        Ok(values(self.read()?.as_bytes())?.remove(name))
    }

    /// Whether others on this machine can read it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        std::fs::metadata(&self.0).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    }

    /// Has nobody but its owner read it from now on; says whether others could.
    ///
    /// # Errors
    /// [`DotEnvError`] where that cannot be changed.
    pub fn close_to_others(&self) -> Result<bool, DotEnvError> {
        if !self.is_shared() {
            return Ok(false);
        }
        std::fs::set_permissions(&self.0, Permissions::from_mode(0o600)).map_err(|cause| self.io(cause))?;
        Ok(true)
    }

    fn read(&self) -> Result<String, DotEnvError> {
        match std::fs::read_to_string(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|cause| self.io(cause)),
        }
    }

    fn io(&self, cause: std::io::Error) -> DotEnvError {
        DotEnvError::Io { path: self.0.clone(), cause }
    }

    /// Puts a new file in the place of the old one, in one step. A link stays one: what it leads to is replaced.
    fn write(&self, text: &str) -> std::io::Result<()> {
        let path = std::fs::canonicalize(&self.0).unwrap_or_else(|_| self.0.clone());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Such files are made for their owner alone (mode 0600).
        let mut new = tempfile::Builder::new().prefix(".env.").tempfile_in(folder)?;
        if let Ok(old) = std::fs::metadata(&path)
            && old.uid() != new.as_file().metadata()?.uid()
        {
            // Written by root for somebody else: it must stay theirs to read.
            chown(new.path(), Some(old.uid()), Some(old.gid()))?;
        }
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        new.persist(&path)?;
        std::fs::File::open(folder)?.sync_all()
    }
}

/// The text with these variables set: in the line that sets one already, else below the line that shows it as a comment,
/// else at the end.
fn changed(text: &str, changes: &[(&'static str, String)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if text.trim().is_empty() {
        lines = vec![HEAD.trim_end().to_owned()];
    }
    for (name, value) in changes {
        let line = format!("{name}={value}");
        let shown =
            || lines.iter().position(|line| line.trim_start_matches(['#', ' ']).starts_with(&assigns(name)));
        if let Some(place) = lines.iter().rposition(|line| sets(line, name)) {
            lines[place] = line;
        } else if let Some(place) = shown() {
            lines.insert(place + 1, line);
        } else {
            let meaning = variable::find(name).map_or("", |known| known.meaning);
            lines.extend([String::new(), format!("# {meaning}"), line]);
        }
    }
    lines.join("\n") + "\n"
}

fn assigns(name: &str) -> String {
    format!("{name}=")
}

/// Whether a line sets the variable.
fn sets(line: &str, name: &str) -> bool {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, name: &'static str, value: &str) -> String {
        changed(text, &[(name, value.to_owned())])
    }

    #[test]
    fn a_value_goes_where_its_variable_stands_and_all_else_stays() {
        let text = "# mine\nTIME_ZONE=Europe/Berlin # home\n\nexport ADMIN_IDS = 1\nOTHER='a b'\n";
        let expected = "# mine\nTIME_ZONE=Europe/Berlin # home\n\nADMIN_IDS=1,2\nOTHER='a b'\n";
        assert_eq!(set(text, "ADMIN_IDS", "1,2"), expected);
        assert_eq!(set("A=1\n#ADMIN_IDS=9\nB=2", "ADMIN_IDS", "1"), "A=1\n#ADMIN_IDS=9\nADMIN_IDS=1\nB=2\n");
        assert_eq!(set("ADMIN_IDS=1\nADMIN_IDS=2\n", "ADMIN_IDS", "3"), "ADMIN_IDS=1\nADMIN_IDS=3\n");
        let added = set("MY_ADMIN_IDS=1\n", "ADMIN_IDS", "3");
        assert!(
            added.starts_with("MY_ADMIN_IDS=1\n\n# Numeric Telegram") && added.ends_with("\nADMIN_IDS=3\n")
        );
        assert!(set("", "ADMIN_IDS", "3").starts_with(HEAD));
    }

    #[test]
    fn what_cannot_be_changed_alone_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(DOT_ENV);
        let file = DotEnv::of(folder.path());
        for text in ["X=\"first\nADMIN_IDS=1\nlast\"\n", "ADMIN_IDS=\"1,\n2\"\n"] {
            std::fs::write(&path, text).expect("written");
            assert!(file.set(&[("ADMIN_IDS", "7".to_owned())]).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).expect("read"), text);
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1, "no other file is left");
    }
}
