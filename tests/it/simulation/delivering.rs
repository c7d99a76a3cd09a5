//! Deliveries and what goes wrong with them.

use std::sync::Arc;
use std::time::Duration;

use countersign::points::Act;
use futures_util::future::{Either, select};
use tokio::sync::Notify;

use super::commands::{Command, key, recent};
use super::step::{Ask, Delivery, Fault, Job, What};
use super::world::{Flight, World};

impl World {
    /// Writes a command; none where what it needs is not there.
    pub fn write(&mut self, ask: &Ask) -> Option<usize> {
        let request = self.writer.write(ask, self.now)?;
        let index = self.commands.len();
        self.by_key.insert(key(&request).to_owned(), index);
        self.commands.push(Command::new(request));
        Some(index)
    }

    /// Sends a command, perhaps once more, to an instance.
    pub fn send(&mut self, command: usize, is_other: bool, (at, asks_first): (usize, bool)) {
        let instance = &self.instances[self.pick(at)];
        let known = &self.commands[command];
        let request = if is_other { known.other() } else { known.request.clone() };
        let task = instance.deliver(request, asks_first);
        self.flights.push(Flight { command, is_other, task });
    }

    fn send_all(&mut self, deliveries: &[Delivery]) {
        for Delivery { what, at, asks_first } in deliveries {
            let which = |n: &usize, world: &Self| recent(*n, world.commands.len());
            let (command, is_other) = match what {
                What::New(ask) => (self.write(ask), false),
                What::Again(n) => (which(n, self), false),
                // What was not applied yet would be another command, and a submission is known by its items.
                What::Other(n) => {
                    let fits = |known: &Command| known.effect.is_some() && !known.is_submission();
                    (which(n, self).filter(|n| fits(&self.commands[*n])), true)
                }
            };
            let may_come =
                |n: &usize| self.commands.get(*n).is_some_and(|command| command.may_come(self.now));
            if let Some(command) = command.filter(may_come) {
                self.send(command, is_other, (*at, *asks_first));
            }
        }
    }

    /// Sends them all at once, or the first ahead of the others where that one is to wait for them.
    pub async fn deliver(
        &mut self,
        deliveries: &[Delivery],
        fault: Option<&Fault>,
        beside: Option<&(Job, usize)>,
    ) {
        let at = self.pick(deliveries.first().map_or(0, |first| first.at));
        let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let points = self.instances[at].points.clone();
        match fault {
            Some(Fault::Fails { point, times }) => (0..*times).for_each(|_| points.arm(point, Act::Fail)),
            Some(Fault::Waits { point } | Fault::Dies { point } | Fault::Delays { point, .. }) => {
                points.arm(point, Act::Wait(reached.clone(), go_on.clone()));
            }
            Some(Fault::Gone { .. }) | None => {}
        }
        let first = self.flights.len();
        self.had_company = first > 0 || beside.is_some() || deliveries.len() > 1;
        let is_ahead = matches!(fault, Some(Fault::Delays { .. } | Fault::Waits { .. }));
        let (ahead, others) = deliveries.split_at(if is_ahead { 1 } else { deliveries.len() });
        self.send_all(ahead);
        let was_reached = match fault {
            Some(Fault::Gone { yields }) => self.gone(first, *yields).await,
            Some(Fault::Waits { .. } | Fault::Dies { .. } | Fault::Delays { .. }) => {
                let ended = Box::pin(self.ended(first));
                matches!(select(ended, Box::pin(reached.notified())).await, Either::Right(_))
            }
            Some(Fault::Fails { .. }) | None => false,
        };
        let mut first = first;
        if matches!(fault, Some(Fault::Waits { .. })) && was_reached {
            self.instances[at].stands_still = true;
            self.still.push(go_on.clone());
            // Behind it the others would wait, so they go elsewhere, where there is one.
            if self.instances.iter().all(|instance| instance.stands_still) {
                self.go_on().await;
            }
            first = self.flights.len();
        }
        self.send_all(others);
        let job = beside.map(|(job, at)| self.run(job, *at));
        match fault {
            Some(Fault::Delays { millis, .. }) => {
                tokio::time::sleep(Duration::from_millis(*millis)).await;
                go_on.notify_one();
            }
            Some(Fault::Dies { .. }) if was_reached => {
                self.crash(at).await;
                self.go_on().await;
            }
            _ => {}
        }
        self.ended(first).await;
        if let Some(job) = job {
            drop(job.await);
        }
        points.disarm();
    }

    async fn gone(&self, first: usize, yields: usize) -> bool {
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        self.flights[first..].iter().for_each(|flight| flight.task.abort());
        false
    }

    async fn ended(&self, first: usize) {
        while !self.flights[first..].iter().all(|flight| flight.task.is_finished()) {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    }
}
