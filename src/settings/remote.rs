//! Where another Countersign is, for the commands that ask it over HTTP: they need none of the server's settings.

use std::path::Path;

use secrecy::SecretString;
use url::Url;

use super::environment::{Environment, read_text};
use super::problem::Problems;

/// A Countersign elsewhere, and the token it is asked with.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Its address, without a path of the API.
    pub url: Url,
    /// A token of its `API_TOKENS`.
    pub token: SecretString,
}

impl Remote {
    /// What is set in the environment; `url` and `token_file` from the command line win. A token is never an argument,
    /// for every user of the machine can read those.
    ///
    /// # Errors
    /// [`Problems`] names what is missing or wrong, and never the token.
    pub fn read(
        environment: &Environment,
        url: Option<&str>,
        token_file: Option<&Path>,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let address = url.map(str::to_owned).or_else(|| environment.get("COUNTERSIGN_URL", &mut problems));
        let address = address.and_then(|text| match parsed(&text) {
            Ok(url) => Some(url),
            Err(wrong) => {
                problems.add("COUNTERSIGN_URL", wrong);
                None
            }
        });
        let token = match token_file.map(|file| read_text(file).map(|text| text.trim().to_owned())) {
            Some(Ok(token)) => Some(token),
            Some(Err(wrong)) => {
                problems.add("COUNTERSIGN_TOKEN", format!("cannot be read from --token-file: {wrong}"));
                None
            }
            None => environment.get("COUNTERSIGN_TOKEN", &mut problems),
        };
        let sendable = |token: &String| !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        let token = match token {
            Some(token) if !sendable(&token) => {
                problems.add("COUNTERSIGN_TOKEN", "must be one line of visible ASCII characters");
                None
            }
            token => token,
        };
        match (address, token) {
            (Some(url), Some(token)) if problems.is_empty() => {
                Ok(Self { url, token: SecretString::from(token) })
            }
            (url, token) => {
                if url.is_none() && problems.iter().all(|problem| problem.variable != "COUNTERSIGN_URL") {
                    problems.add("COUNTERSIGN_URL", "is not set, and --url neither");
                }
                if token.is_none() && problems.iter().all(|problem| problem.variable != "COUNTERSIGN_TOKEN") {
                    problems.add("COUNTERSIGN_TOKEN", "is not set, and --token-file neither");
                }
                Err(problems)
            }
        }
    }
}

fn parsed(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not an address such as https://countersign.example.org")?;
    let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    let plain = plain && url.fragment().is_none() && url.has_host();
    if !matches!(url.scheme(), "http" | "https") || !plain {
        return Err("must begin with http:// or https://, and have no name, password or query in it");
    }
    Ok(url)
}
