//! Walks the log: each row must be sealed by its own hash, follow the row before it, and agree with its item; and the
//! last one must be the one that the head names.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::LedgerError;
use super::super::entity::{decision_log, pending_items};
use super::head;
use crate::domain::new_item::content_hash;
use crate::domain::payload::Payload;
use crate::domain::release::{Head, Release, Sealed};
use crate::limits::AUDIT_LOG_ROWS;

/// Rows of one page.
const ROWS: u64 = 500;

/// What a walk through the log found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How many rows were walked.
    pub rows: i64,
    /// The end of the log: whoever keeps it elsewhere can tell a log that was rewritten as a whole.
    pub head: Head,
    /// What does not fit. The walk ends at the first row that was changed or is missing; it comes last.
    pub findings: Vec<String>,
}

/// What the audit of the books finds in the last rows of the log, and among the items that should stand in it.
pub(in crate::ledger) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = walk(conn, AUDIT_LOG_ROWS).await?.findings;
    findings.extend(items_beside(conn).await?);
    Ok(findings)
}

/// The whole log, and the items that should stand in it or may come to. What is written meanwhile would look as if it were
/// missing: a finding among the items counts if it is there twice.
pub(in crate::ledger) async fn whole(conn: &impl ConnectionTrait) -> Result<Verdict, LedgerError> {
    let mut verdict = walk(conn, i64::MAX).await?;
    let first = items_beside(conn).await?;
    if !first.is_empty() {
        let second = items_beside(conn).await?;
        verdict.findings.extend(second.into_iter().filter(|finding| first.contains(finding)));
    }
    Ok(verdict)
}

async fn items_beside(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = items_without_row(conn).await?;
    findings.extend(items_unlike_their_hash(conn).await?);
    Ok(findings)
}

/// Walks the last `rows` of the log.
async fn walk(conn: &impl ConnectionTrait, rows: i64) -> Result<Verdict, LedgerError> {
    // What is written meanwhile comes behind it, and is left out.
    let end = head(conn).await?;
    let skipped = (end.number - rows).max(0);
    let mut walk = Walk { at: Head::start(), findings: Vec::new() };
    let begun = walk.begin_after(conn, skipped).await?;
    if begun {
        while walk.at.number < end.number {
            let page = decision_log::Entity::find()
                .filter(decision_log::Column::Number.between(walk.at.number + 1, end.number))
                .order_by_asc(decision_log::Column::Number)
                .limit(ROWS)
                .all(conn)
                .await?;
            let items = items(conn, &page).await?;
            let whole = page.iter().all(|row| walk.step(row, &items));
            if page.is_empty() {
                walk.missing(walk.at.number + 1);
            }
            if !whole || page.is_empty() {
                return Ok(walk.ended(skipped, end));
            }
        }
        walk.end_at(conn, &end).await?;
    }
    Ok(walk.ended(skipped, end))
}

/// Where a walk stands.
struct Walk {
    at: Head,
    findings: Vec<String>,
}

type Items = BTreeMap<i64, pending_items::Model>;

impl Walk {
    /// Starts behind the row with this number, whose hash it takes on trust.
    async fn begin_after(&mut self, conn: &impl ConnectionTrait, number: i64) -> Result<bool, LedgerError> {
        if number == 0 {
            return Ok(true);
        }
        let row = decision_log::Entity::find_by_id(number).one(conn).await?;
        match row {
            Some(row) => self.at = Head { number, hash: row.hash },
            None => self.missing(number),
        }
        Ok(self.at.number == number)
    }

    /// Takes the next row; `false` where the chain ends with it.
    fn step(&mut self, row: &decision_log::Model, items: &Items) -> bool {
        let next = self.at.number + 1;
        if row.number != next {
            self.missing(next);
            return false;
        }
        let sealed = Sealed { entry: row.entry.clone(), hash: row.hash.clone() };
        if let Some(wrong) = broken(row, &sealed, &self.at) {
            self.findings.push(format!("decision {next} {wrong}"));
            return false;
        }
        self.at = Head { number: next, hash: sealed.hash };
        if let Ok(release) = Release::from_stored(&sealed.entry)
            && let Some(wrong) = differs(&release, items.get(&row.item_id))
        {
            self.findings.push(format!("decision {next} says otherwise than item #{}: {wrong}", row.item_id));
        }
        true
    }

    async fn end_at(&mut self, conn: &impl ConnectionTrait, end: &Head) -> Result<(), LedgerError> {
        if self.at.hash != end.hash {
            self.findings
                .push(format!("decision {} is not the one that the head of the log names", end.number));
        }
        let beyond: Option<i64> = decision_log::Entity::find()
            .select_only()
            .column(decision_log::Column::Number)
            .filter(decision_log::Column::Number.gt(end.number))
            .order_by_asc(decision_log::Column::Number)
            .limit(1)
            .into_tuple()
            .one(conn)
            .await?;
        // Written since, unless the head knows nothing of it even now.
        if let Some(beyond) = beyond
            && head(conn).await?.number < beyond
        {
            self.findings.push(format!("decision {beyond} stands behind the end of the log"));
        }
        Ok(())
    }

    fn missing(&mut self, number: i64) {
        self.findings.push(format!("decision {number} is missing"));
    }

    fn ended(self, skipped: i64, head: Head) -> Verdict {
        Verdict { rows: (self.at.number - skipped).max(0), head, findings: self.findings }
    }
}

/// Why the row is not what was once written after `before`.
fn broken(row: &decision_log::Model, sealed: &Sealed, before: &Head) -> Option<String> {
    if !sealed.holds() {
        return Some("was changed: its hash is another".to_owned());
    }
    let release = match Release::from_stored(&row.entry) {
        Ok(release) => release,
        Err(error) => return Some(format!("is of another release: {error}")),
    };
    if release.previous != before.hash {
        return Some(format!("does not follow decision {}: one of the two was changed", before.number));
    }
    let columns = (release.number, release.item_id.get(), release.round, release.client.as_str());
    let agree = columns == (row.number, row.item_id, row.round, row.client.as_str());
    (!agree).then(|| "was changed: its columns say otherwise than its entry".to_owned())
}

/// In what the item is not as its decision says.
fn differs(release: &Release, item: Option<&pending_items::Model>) -> Option<&'static str> {
    let Some(item) = item else { return Some("there is no such item") };
    let checks = [
        (item.logged, "it is not marked as final"),
        (item.state == release.state.code(), "its state"),
        (item.round == release.round, "its round"),
        (item.kind == release.kind, "its kind"),
        (item.client == release.client, "its client"),
        (item.content_hash == release.content_hash, "its content"),
        (is_as_submitted(item), "its content is not what its hash says"),
        (item.external_id == release.external_id, "its external id"),
    ];
    checks.into_iter().find(|(agrees, _)| !agrees).map(|(_, what)| what)
}

/// Whether what is shown of the item is what its hash was made of.
fn is_as_submitted(item: &pending_items::Model) -> bool {
    let payload = item.payload.clone().map(|json| Payload::stored(json).value()).unwrap_or_default();
    content_hash(&item.kind, &item.title, item.detail.as_deref(), &payload) == item.content_hash
}

/// Items that wait, or are not in the log yet, and are not what their hash was made of.
async fn items_unlike_their_hash(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let page = pending_items::Entity::find()
            .filter(pending_items::Column::Logged.eq(false))
            .filter(pending_items::Column::Id.gt(after))
            .order_by_asc(pending_items::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { return Ok(findings) };
        after = last.id;
        let forged = page.iter().filter(|item| !is_as_submitted(item));
        findings
            .extend(forged.map(|item| format!("the content of item #{} is not what its hash says", item.id)));
    }
}

async fn items(conn: &impl ConnectionTrait, page: &[decision_log::Model]) -> Result<Items, LedgerError> {
    let rows = pending_items::Entity::find()
        .filter(pending_items::Column::Id.is_in(page.iter().map(|row| row.item_id)))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Items that are marked as final, and are not in the log.
async fn items_without_row(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = Vec::new();
    let mut after = 0;
    loop {
        let ids: Vec<i64> = pending_items::Entity::find()
            .select_only()
            .column(pending_items::Column::Id)
            .filter(pending_items::Column::Logged.eq(true))
            .filter(pending_items::Column::Id.gt(after))
            .order_by_asc(pending_items::Column::Id)
            .limit(ROWS)
            .into_tuple()
            .all(conn)
            .await?;
        let Some(last) = ids.last() else { return Ok(findings) };
        after = *last;
        let logged: Vec<i64> = decision_log::Entity::find()
            .select_only()
            .column(decision_log::Column::ItemId)
            .filter(decision_log::Column::ItemId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        let logged: BTreeSet<i64> = logged.into_iter().collect();
        let lost = ids.into_iter().filter(|id| !logged.contains(id));
        findings.extend(lost.map(|id| format!("the decision about item #{id} is final, and not in the log")));
    }
}
