//! Where the books are.

use super::environment::Environment;
use super::problem::Problems;
use crate::ledger::connect::Address;

const DEFAULT: &str = "sqlite://countersign.db?mode=rwc";

/// Where the books are.
#[derive(Clone, Debug)]
pub struct Database {
    /// The database's address, which shows itself without its password.
    pub address: Address,
}

impl Database {
    pub(super) fn read(environment: &Environment, problems: &mut Problems) -> Option<Self> {
        let url = environment.get("DATABASE_URL", problems).unwrap_or_else(|| DEFAULT.to_owned());
        match Address::parse(&url) {
            Ok(address) => Some(Self { address }),
            Err(error) => {
                problems.add("DATABASE_URL", error.to_string());
                None
            }
        }
    }
}
