//! A sample of every phrase, with believable contents: one test renders all of them in each language.

use std::borrow::Cow;

use super::Phrase;
use crate::domain::role::Role;
use crate::text::misunderstood;

impl Phrase<'_> {
    /// Each phrase at least once, with believable contents.
    #[must_use]
    pub fn samples() -> Vec<Phrase<'static>> {
        let mut samples = vec![
            Phrase::Stranger { id: 999 },
            Phrase::Owner { id: 111 },
            Phrase::SendTheCode,
            Phrase::UnknownCommand { name: "aprove".into(), nearest: Some("approve".into()) },
            Phrase::UnknownCommand { name: "dance".into(), nearest: None },
            Phrase::NotACommand,
            Phrase::AskInPrivate,
            Phrase::AskThere { command: "/show 4".into() },
            Phrase::NoRoleLeft { id: 222 },
            Phrase::SeveralShown { command: "approve".into(), id: 4 },
            Phrase::ExportInPrivate,
            Phrase::ExportElsewhere,
            Phrase::NothingToExport,
            Phrase::EditIgnored,
            Phrase::ForwardIgnored,
            Phrase::CaptionIgnored,
            Phrase::ViaBotIgnored,
            Phrase::AnonymousAdmin,
            Phrase::OwnersOnly,
            Phrase::HiddenPerson,
            Phrase::NobodyThere,
            Phrase::NoButtonHere,
            Phrase::ExpiredButton,
            Phrase::NotYourButton,
            Phrase::PageForgotten,
            Phrase::CameMeanwhile { count: 1 },
            Phrase::CameMeanwhile { count: 2 },
            Phrase::SayWhy { id: 12 },
            Phrase::NoSuchReason,
            Phrase::AnotherWasAsked { id: 111, name: Some("@lee".into()) },
            Phrase::AnotherWasAsked { id: 111, name: None },
            Phrase::ReadFirst,
            Phrase::DetailsSent,
            Phrase::ListSent,
            Phrase::NoItem { id: 12 },
            Phrase::NoSuchReceipt { number: 42 },
            Phrase::NobodyCalled { name: "lee".into() },
            Phrase::NobodyWithId { id: 4 },
            Phrase::TooOld,
            Phrase::ChatLost { chat: 222 },
            Phrase::TopicLost { chat: -1001, topic: 7 },
            Phrase::RemovedFrom { chat: -1001 },
            Phrase::GroupMoved { from: -77, to: -1001 },
            Phrase::Unreadable { reference: "42-1234".into() },
        ];
        let everybody = Role::ALL.into_iter().map(Some).chain([None]);
        samples.extend(everybody.flat_map(|role| {
            [Phrase::Start { role }, Phrase::Help { role }, Phrase::WhoAmI { id: 111, role }]
        }));
        for (whats, command) in
            [(&misunderstood::SAMPLES, "approve"), (&misunderstood::ABOUT_ROLES, "admins")]
        {
            let told = |what| Phrase::Misunderstood(Cow::Borrowed(what), command.into());
            samples.extend(whats.iter().map(told));
        }
        samples
    }
}
