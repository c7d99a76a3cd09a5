//! What must hold after each step, and once all is quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use countersign::domain::event::answer_to;
use countersign::domain::item::ItemState;
use countersign::domain::outcome::Outcome;
use countersign::domain::receipt::{Receipt, Standing};
use countersign::ledger::LedgerError;
use countersign::limits::{CARDS_APART_MAX, LISTED_ITEMS_MAX};

use super::effects::{Done, Snapshot, explain};
use super::model::{Checked, check};
use super::step::{Job, Sent};
use super::world::{Flight, GROUP, World};

/// How often a command is sent again at the end before nobody hears its answer any more.
const SENT_AGAIN_MAX: usize = 50;

type Heard = Vec<(Flight, Result<Arc<Receipt>, LedgerError>)>;

impl World {
    /// After each step: what took effect is what the model says, and what was heard is so.
    pub async fn agrees(&mut self, heard: Heard) -> Checked {
        let alone = heard.len() == 1 && self.is_at_rest();
        let snapshot = Snapshot::read(&self.conn, &self.known, self.model.log.0).await;
        for done in &snapshot.operations {
            let command = self.by_key.get(&done.key).map(|n| &self.commands[*n]);
            let command =
                command.ok_or_else(|| format!("nobody asked for R{} ({})", done.number, done.key))?;
            check(command.effect.is_none(), || format!("{} took effect twice", done.key))?;
        }
        let request = |done: &Done| &self.commands[self.by_key[&done.key]].request;
        let pairs: Vec<_> = snapshot.operations.iter().map(|done| (done, request(done))).collect();
        self.model = explain(&self.model, &pairs, &snapshot.log)?;
        for done in &snapshot.operations {
            check(self.known.insert(done.number, done.key.clone()).is_none(), || "twice".to_owned())?;
            self.writer.learn(done.number, &done.outcome);
            self.want(done);
            let command = self.by_key[&done.key];
            check(self.commands[command].effect.is_none(), || format!("{} took effect twice", done.key))?;
            self.commands[command].effect = Some((done.number, done.outcome.clone()));
        }
        for (flight, answer) in heard {
            if let Ok(receipt) = &answer
                && alone
            {
                self.tells_how_things_stand(receipt)?;
            }
            self.hear(&flight, answer)?;
        }
        self.items_agree(&snapshot)?;
        self.outbox_agrees(&snapshot)
    }

    /// The rows that the outbox must have for it.
    fn want(&mut self, done: &Done) {
        if done.answered == "outbox" {
            self.wanted.insert(answer_to(&done.key));
        }
        let Outcome::Submitted { ids, .. } = &done.outcome else { return };
        let size = if ids.len() > CARDS_APART_MAX { LISTED_ITEMS_MAX } else { 1 };
        self.wanted.extend(ids.chunks(size).map(|some| format!("card:{}:{}:0", some[0].get(), GROUP.chat)));
    }

    /// An answer is true: it took effect by the operation that is told, and was new once at most.
    fn hear(&mut self, flight: &Flight, answer: Result<Arc<Receipt>, LedgerError>) -> Checked {
        let command = &mut self.commands[flight.command];
        let key = command.request.key.as_str().to_owned();
        let receipt = match answer {
            Ok(receipt) => receipt,
            Err(LedgerError::Away(_)) => return Ok(()),
            Err(error) => return Err(format!("{key}: {error}")),
        };
        let Some((number, outcome)) = &command.effect else {
            return Err(format!("{key} was answered {:?}, and had no effect", receipt.standing));
        };
        check((receipt.number, &receipt.outcome) == (*number, outcome), || {
            format!(
                "{key} took effect as R{number} {outcome:?}, and heard R{} {:?}",
                receipt.number, receipt.outcome
            )
        })?;
        match receipt.standing {
            Standing::New => {
                check(!flight.is_other && !command.was_new, || format!("{key} was new a second time"))?;
                command.was_new = true;
            }
            Standing::Repeat => check(!flight.is_other, || format!("{key} with another scope is no repeat"))?,
            Standing::Reused { .. } => check(flight.is_other, || format!("{key} was not reused"))?,
        }
        command.was_answered |= !flight.is_other;
        Ok(())
    }

    /// With nothing else on its way, a person is told of the items that were decided as they are now. (A client is told what
    /// the first answer said.)
    fn tells_how_things_stand(&self, receipt: &Receipt) -> Checked {
        let decided = receipt.outcome.voted();
        let told = receipt.items.iter().filter(|(id, _)| decided.contains(id));
        for (id, item) in told.filter(|_| receipt.actor.starts_with("tg:")) {
            let (told, is) = ((item.state, item.round), self.model.items.get(&id.get()));
            let is = is.map(|item| (item.state, item.round));
            check(is == Some(told), || {
                format!("{} was told {told:?} of item {id}, which is {is:?}", receipt.key)
            })?;
        }
        Ok(())
    }

    fn items_agree(&self, snapshot: &Snapshot) -> Checked {
        let ids: BTreeSet<i64> = snapshot.items.iter().map(|row| row.id).collect();
        check(ids == self.model.items.keys().copied().collect(), || format!("the items are {ids:?}"))?;
        let mut votes: BTreeMap<i64, BTreeMap<&str, (&str, &str)>> = BTreeMap::new();
        for vote in &snapshot.votes {
            let of_item = votes.entry(vote.item_id).or_default();
            let before = of_item.insert(&vote.decided_by, (&vote.key, &vote.decision));
            check(before.is_none(), || {
                format!("{} has two votes on item {}", vote.decided_by, vote.item_id)
            })?;
        }
        for row in &snapshot.items {
            let item = &self.model.items[&row.id];
            let wanted = (item.state.code(), item.round, item.is_logged);
            check((row.state.as_str(), row.round, row.logged) == wanted, || {
                format!(
                    "item {} is {} in round {}, logged: {}; it should be {wanted:?}",
                    row.id, row.state, row.round, row.logged
                )
            })?;
            let wanted: BTreeMap<&str, (&str, &str)> = item
                .votes
                .iter()
                .map(|(who, vote)| (who.as_str(), (vote.key.as_str(), vote.decision.code())))
                .collect();
            let found = votes.remove(&row.id).unwrap_or_default();
            check(found == wanted, || format!("item {} has the votes {found:?}, not {wanted:?}", row.id))?;
        }
        check(votes.is_empty(), || format!("votes on what does not exist: {votes:?}"))?;
        let told: BTreeMap<i64, usize> = (1..=self.model.log.0).map(|number| (number, 1)).collect();
        check(snapshot.told == told, || format!("each decision is told once, and not {:?}", snapshot.told))
    }

    fn outbox_agrees(&mut self, snapshot: &Snapshot) -> Checked {
        let found: BTreeSet<String> = snapshot.outbox.iter().map(|row| row.dedupe.clone()).collect();
        let odd: Vec<&String> = found.difference(&self.wanted).collect();
        check(odd.is_empty(), || format!("rows in the outbox that nothing asked for: {odd:?}"))?;
        let lost: Vec<&String> =
            self.wanted.difference(&found).filter(|row| !self.settled.contains(*row)).collect();
        check(lost.is_empty(), || format!("rows that the outbox lost: {lost:?}"))?;
        let failed: Vec<&String> =
            snapshot.outbox.iter().filter(|row| row.failed_at.is_some()).map(|row| &row.dedupe).collect();
        check(failed.is_empty(), || format!("rows that were given up: {failed:?}"))?;
        let sent = snapshot.outbox.iter().filter(|row| row.sent_at.is_some());
        self.settled.extend(sent.map(|row| row.dedupe.clone()));
        Ok(())
    }

    /// The audit that `countersign check` runs.
    pub async fn audited(&self) -> Checked {
        let findings = self.books.ledger.audit().await.map_err(|error| error.to_string())?;
        check(findings.is_empty(), || format!("the audit: {findings:#?}"))
    }

    /// Everybody hears an answer, all that is due is done and sent; then nothing is left open.
    pub async fn ends(&mut self) -> Checked {
        self.go_on().await;
        let heard = self.take(&super::step::Step::GoOn).await;
        self.agrees(heard).await?;
        for instance in &self.instances {
            instance.points.disarm();
            instance.clock.advance(self.now - instance.clock.now());
        }
        self.everybody_hears().await?;
        self.pass(TimeDelta::seconds(900));
        for job in [Job::Expire, Job::Release] {
            self.done(&job).await?;
        }
        self.agrees(Vec::new()).await?;
        let open = |state| matches!(state, ItemState::Approved | ItemState::Rejected);
        let unreleased = self.model.items.iter().find(|(_, item)| open(item.state) && !item.is_logged);
        check(unreleased.is_none(), || format!("not final after its time: {unreleased:?}"))?;
        self.all_is_sent().await?;
        self.audited().await
    }

    async fn everybody_hears(&mut self) -> Checked {
        for command in 0..self.commands.len() {
            for again in 0..SENT_AGAIN_MAX {
                let known = &self.commands[command];
                if known.was_answered || !known.may_come(self.now) {
                    break;
                }
                self.send(command, false, (command + again, again % 2 == 1));
                self.go_on().await;
                let heard = self.take(&super::step::Step::GoOn).await;
                self.agrees(heard).await?;
                check(again + 1 < SENT_AGAIN_MAX, || format!("command {command} is never answered"))?;
            }
        }
        Ok(())
    }

    /// A job is done, however often the database is busy.
    async fn done(&self, job: &Job) -> Result<usize, String> {
        let mut last = String::new();
        for _ in 0..SENT_AGAIN_MAX {
            match self.run(job, 0).await.map_err(|error| error.to_string())? {
                Ok(count) => return Ok(count),
                Err(error) => last = error.to_string(),
            }
        }
        Err(format!("{job:?} is never done: {last}"))
    }

    async fn all_is_sent(&mut self) -> Checked {
        for _ in 0..2000 {
            self.pass(TimeDelta::seconds(6));
            let sent = self.done(&Job::Send(Sent::Taken)).await?;
            let brought = self.done(&Job::Bring(Sent::Taken)).await?;
            let depth = self.books.ledger.outbox_depth().await.map_err(|error| error.to_string())?;
            let snapshot = Snapshot::read(&self.conn, &self.known, self.model.log.0).await;
            let behind = snapshot.cards.iter().any(|card| card.due_at.is_some());
            if sent + brought == 0 && depth.waiting == 0 && !behind {
                return self.is_quiet(&snapshot).await;
            }
            if sent + brought == 0 {
                // PostgreSQL's own clock ends the lease of one that died.
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        Err("the outbox is never empty".to_owned())
    }

    /// Each row came once, or once more for each time that nobody heard what became of it; and each message shows its items
    /// as they are.
    async fn is_quiet(&mut self, snapshot: &Snapshot) -> Checked {
        self.outbox_agrees(snapshot)?;
        let telegram = self.telegram.lock().await;
        for (row, (times, unsure)) in &telegram.sent {
            check(*times >= 1 && *times <= unsure + 1, || {
                format!("row {row} was sent {times} times, {unsure} of them unsure")
            })?;
        }
        for row in &snapshot.outbox {
            let gathered = row.last_error.as_deref().is_some_and(|why| why.starts_with("stands in row"));
            let was_sent = telegram.sent.contains_key(&row.id) || gathered;
            check(was_sent, || format!("{} was never sent", row.dedupe))?;
        }
        let versions: BTreeMap<i64, i32> = snapshot.items.iter().map(|row| (row.id, row.version)).collect();
        for card in &snapshot.cards {
            let shown = telegram.shows[&card.message_id].iter().find(|(id, _)| id.get() == card.item_id);
            let shown = shown.map(|(_, version)| *version);
            check(
                shown == versions.get(&card.item_id).copied() && shown == Some(card.shown_version),
                || format!("message {} shows item {} as it was: {shown:?}", card.message_id, card.item_id),
            )?;
        }
        let shown: BTreeSet<i64> = snapshot.cards.iter().map(|card| card.item_id).collect();
        let hidden: Vec<&i64> = versions.keys().filter(|id| !shown.contains(id)).collect();
        check(hidden.is_empty(), || format!("no message shows the items {hidden:?}"))
    }
}
