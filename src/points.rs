//! Named points at which a test can make the program fail, wait, panic or die. Inert in a release build.
//!
//! A test arms a point with what is to happen there; the program reaches it and goes on if nothing is armed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// What happens at an armed point, once.
#[derive(Clone, Debug)]
pub enum Act {
    /// It fails as if the connection were lost there.
    Fail,
    /// It waits until the test notifies the second; the first tells the test that it was reached.
    Wait(Arc<Notify>, Arc<Notify>),
    /// Nothing: what was armed after it happens later.
    GoOn,
    /// It panics.
    Panic,
    /// The process is killed (SIGKILL).
    Die,
}

/// The armed points; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Points(Arc<Mutex<HashMap<String, VecDeque<Act>>>>);

/// An armed point failed.
#[derive(Debug, thiserror::Error)]
#[error("made to fail at the point {0}")]
pub struct Failed(String);

impl Points {
    /// What a test asks of a process: `name=die`, `name=panic` or `name=fail`, or `name=die:3` for the third time it is reached;
    /// more by commas.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let points = Self::default();
        for (point, act) in text.split(',').filter_map(|armed| armed.split_once('=')) {
            let (act, times) = act.split_once(':').unwrap_or((act, "1"));
            let act = match act {
                "die" => Act::Die,
                "panic" => Act::Panic,
                _ => Act::Fail,
            };
            (1..times.parse().unwrap_or(1_usize)).for_each(|_| points.arm(point, Act::GoOn));
            points.arm(point, act);
        }
        points
    }

    /// Arms `point`: the next time it is reached, `act` happens; armed twice, it happens twice.
    pub fn arm(&self, point: &str, act: Act) {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        armed.entry(point.to_owned()).or_default().push_back(act);
    }

    /// Disarms all points.
    pub fn disarm(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Does what is armed at `point`, if anything is.
    ///
    /// # Errors
    /// [`Failed`] where [`Act::Fail`] is armed.
    pub async fn reach(&self, point: &str) -> Result<(), Failed> {
        match self.take(point) {
            None | Some(Act::GoOn) => Ok(()),
            Some(Act::Fail) => Err(Failed(point.to_owned())),
            Some(Act::Wait(reached, go_on)) => {
                reached.notify_one();
                go_on.notified().await;
                Ok(())
            }
            Some(act) => {
                act.end_here(point);
                Ok(())
            }
        }
    }

    /// Like [`reach`](Self::reach) where nothing can wait or fail: only [`Act::Panic`] and [`Act::Die`] happen.
    pub fn pass(&self, point: &str) {
        if let Some(act) = self.take(point) {
            act.end_here(point);
        }
    }

    fn take(&self, point: &str) -> Option<Act> {
        if cfg!(not(debug_assertions)) {
            return None;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(point)?.pop_front()
    }
}

impl Act {
    fn end_here(&self, point: &str) {
        match self {
            #[expect(clippy::panic, reason = "a test asked for it")]
            Self::Panic => panic!("made to panic at the point {point}"),
            Self::Die => die(),
            Self::Fail | Self::Wait(..) | Self::GoOn => {}
        }
    }
}

/// Ends the process as `kill -9` does: nothing of it runs on.
fn die() -> ! {
    let id = std::process::id().to_string();
    // Where there is no such program, aborting is as sudden.
    let _ = std::process::Command::new("kill").args(["-KILL", &id]).status();
    std::process::abort()
}
