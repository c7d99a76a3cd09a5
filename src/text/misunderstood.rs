//! A command that was not understood, in words.

use std::sync::LazyLock;

use super::catalog::Catalog;
use crate::command::{self, Misunderstood, Why};

/// One for each cause.
pub(super) static SAMPLES: LazyLock<Vec<Misunderstood>> = LazyLock::new(|| {
    let what = |token: &str, why| Misunderstood { token: token.to_owned(), position: 5, why };
    vec![
        Misunderstood { token: String::new(), position: 1, why: Why::NoIds },
        what("x7", Why::NotANumber),
        what("1;2", Why::Marks),
        what("0", Why::Zero),
        what("-3", Why::Negative),
        what("99999999999999999999", Why::TooLarge),
        what("9-4", Why::ReversedRange),
        what("1-900", Why::RangeTooLong { asked: 900, limit: 500 }),
        what("501", Why::TooManyIds { limit: 500 }),
        what("please", Why::UnexpectedWords),
        what("zwei", Why::NoPage),
        what("42", Why::NoReceipt),
        what("1,2", Why::OneItem),
        what("yesterday", Why::NoHistory),
        what("everything", Why::NoExport),
        what("kind:", Why::NoKind),
        what("invoice", Why::PerhapsAKind),
        what("7", Why::ItemsBesideAll),
        what("7", Why::NothingLeft),
        what("2", Why::ItemOrReason),
        what("Once upon a time", Why::ReasonTooLong { limit: 300 }),
        what("ab", Why::HiddenCharacter),
    ]
});

/// One for each cause that has to do with roles.
pub(super) static ABOUT_ROLES: LazyLock<Vec<Misunderstood>> = LazyLock::new(|| {
    let what = |token: &str, why| Misunderstood { token: token.to_owned(), position: 5, why };
    vec![
        what("everybody", Why::NoAdmins),
        Misunderstood { token: String::new(), position: 5, why: Why::NoPerson },
        what("owner", Why::NoPerson),
        what("@lee", Why::NotAPerson),
        what("777000", Why::SharedAccount),
        what("-1001", Why::AChat),
        what("0", Why::NoSuchPerson),
        what("boss", Why::NoRole),
        Misunderstood { token: String::new(), position: 9, why: Why::NoRole },
    ]
});

/// What was not understood, where it stands, and what would have been.
pub(super) fn words(catalog: &Catalog, what: &Misunderstood, command: &str) -> String {
    let examples = command::find(command).map_or(&[][..], |known| known.examples);
    // Where a receipt was meant, one that names a receipt.
    let about_it = examples.iter().find(|example| what.why != Why::NoReceipt || example.contains(" R"));
    let example = about_it.or(examples.first()).copied().unwrap_or_default();
    let missing = what.token.is_empty();
    let (why, asked, limit) = match what.why {
        Why::NoPerson => return catalog.get("no-person", &[("example", example)]),
        Why::NoIds => return catalog.get("no-ids", &[("command", command), ("example", example)]),
        Why::NotANumber => ("why-not-a-number", 0, 0),
        Why::Marks => ("why-marks", 0, 0),
        Why::Zero => ("why-zero", 0, 0),
        Why::Negative => ("why-negative", 0, 0),
        Why::TooLarge => ("why-too-large", 0, 0),
        Why::ReversedRange => ("why-reversed-range", 0, 0),
        Why::RangeTooLong { asked, limit } => ("why-range-too-long", asked, limit),
        Why::TooManyIds { limit } => ("why-too-many-ids", 0, i64::try_from(limit).unwrap_or(i64::MAX)),
        Why::UnexpectedWords => ("why-unexpected-words", 0, 0),
        Why::NoRole if missing => return catalog.get("no-role", &[]),
        Why::NoAdmins => ("why-no-admins", 0, 0),
        Why::NotAPerson => ("why-not-a-person", 0, 0),
        Why::SharedAccount => ("why-shared-account", 0, 0),
        Why::AChat => ("why-a-chat", 0, 0),
        Why::NoSuchPerson => ("why-no-such-person", 0, 0),
        Why::NoRole => ("why-no-role", 0, 0),
        Why::NoPage => ("why-no-page", 0, 0),
        Why::NoReceipt => ("why-no-receipt", 0, 0),
        Why::OneItem => ("why-one-item", 0, 0),
        Why::NoHistory => ("why-no-history", 0, 0),
        Why::NoExport => ("why-no-export", 0, 0),
        Why::NoKind => ("why-no-kind", 0, 0),
        Why::PerhapsAKind => ("why-perhaps-a-kind", 0, 0),
        Why::ItemsBesideAll => ("why-items-beside-all", 0, 0),
        Why::NothingLeft => ("why-nothing-left", 0, 0),
        Why::ItemOrReason => ("why-item-or-reason", 0, 0),
        Why::ReasonTooLong { limit } => ("why-reason-too-long", 0, i64::try_from(limit).unwrap_or(i64::MAX)),
        Why::HiddenCharacter => ("why-hidden-character", 0, 0),
    };
    let (asked, limit) = (asked.to_string(), limit.to_string());
    let why = catalog.get(why, &[("asked", &asked), ("limit", &limit), ("token", &what.token)]);
    let position = what.position.to_string();
    catalog.get(
        "misunderstood",
        &[
            ("token", &what.token),
            ("position", &position),
            ("command", command),
            ("why", &why),
            ("example", example),
        ],
    )
}
