//! What somebody asks for, in one word, for logs: never what else they wrote.

use super::button;
use super::said::Event;
use crate::command;
use crate::domain::button::Button;
use crate::domain::operation::Decision;

/// The name of the command, or what the button does; `None` where it is neither.
pub(super) fn of(event: &Event) -> Option<&'static str> {
    match event {
        Event::Message(said) => {
            let spoken = command::read(said.text.as_deref()?)?;
            command::find(spoken.name).map(|command| command.name)
        }
        Event::Press(press) => button::from_data(press.data.as_deref()?).map(|button| of_button(&button)),
        Event::Edited(_) | Event::Chat(_) | Event::Silent(_) => None,
    }
}

const fn of_button(button: &Button) -> &'static str {
    match button {
        Button::Decide { decision: Decision::Approve, .. } => "approve",
        Button::Decide { decision: Decision::Reject, .. } | Button::Because { .. } => "reject",
        Button::Details { .. } | Button::Items { .. } => "details",
        Button::List { .. } => "list",
        Button::Turn { .. } => "turn",
        Button::ApprovePage { .. } => "approve_page",
        Button::Confirm { .. } => "confirm",
        Button::Retry { .. } => "retry",
    }
}
