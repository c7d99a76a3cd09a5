//! Any bytes as the body of Telegram's webhook: they are read or refused, and what is read says nothing of its own.

use countersign::command::{find, nearest, read};
use countersign::telegram::button::from_data;
use countersign::telegram::decode::decode;
use countersign::telegram::said::Event;

pub fn holds(body: &[u8]) {
    let received = match decode(body) {
        Ok(received) => received,
        Err(undecodable) => {
            // A complaint is logged, so it is short, and names the update where it has a number.
            let told = undecodable.to_string();
            assert!(told.len() < 600, "{told}");
            return;
        }
    };
    // A second reading finds the same.
    assert_eq!(decode(body).unwrap().update_id, received.update_id);
    match &received.event {
        Event::Message(said) | Event::Edited(said) => {
            let written = said.text.as_deref().unwrap_or_default();
            let Some(spoken) = read(written) else { return };
            assert!(written.ends_with(spoken.rest), "{spoken:?}");
            match find(spoken.name) {
                Some(command) => drop((command.parse)(spoken.rest)),
                None => drop(nearest(spoken.name)),
            }
        }
        Event::Press(press) => drop(press.data.as_deref().and_then(from_data)),
        Event::Chat(_) | Event::Silent(_) => {}
    }
}
