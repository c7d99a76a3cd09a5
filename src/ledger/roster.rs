//! Who may: the roles in `people`, read and written where they count.
//!
//! Whoever decides reads them under a lock that others share; whoever changes them takes it alone. So a vote and the
//! removal of whoever cast it follow one another, on however many instances.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::convert::naive;
use super::entity::people;
use super::people::People;
use super::{Ledger, LedgerError, dialect, in_time, lease, people as known};
use crate::domain::caller::Profile;
use crate::domain::operation::{Operation, Request};
use crate::domain::role::Role;
use crate::domain::roster::{Member, Roster};

/// The roster for these requests, under its lock.
pub(super) async fn locked(
    txn: &DatabaseTransaction,
    requests: &[&Request],
    people: &People,
) -> Result<Roster, DbErr> {
    let changes = requests.iter().any(|request| matches!(request.operation, Operation::Appoint { .. }));
    dialect::lock_roster(txn, changes).await?;
    read(txn, people).await
}

/// Who has which role.
pub(super) async fn read(conn: &impl ConnectionTrait, people: &People) -> Result<Roster, DbErr> {
    let rows = people::Entity::find().filter(people::Column::Role.is_not_null()).all(conn).await?;
    let members = rows.into_iter().filter_map(|row| Some((row.id, member(row)?))).collect();
    Ok(Roster::new(people.listed().clone(), members))
}

/// The role of this person now.
pub(super) async fn role(
    conn: &impl ConnectionTrait,
    people: &People,
    person: i64,
) -> Result<Option<Role>, DbErr> {
    if people.listed().contains(&person) {
        return Ok(Some(Role::Owner));
    }
    let row = people::Entity::find_by_id(person).one(conn).await?;
    Ok(row.and_then(member).map(|member| member.role))
}

/// A role that this release does not know gives no right.
fn member(row: people::Model) -> Option<Member> {
    Some(Member {
        role: Role::from_code(&row.role?)?,
        since: row.role_since?.and_utc(),
        decides_since: row.decides_since.map(|at| at.and_utc()),
        by: row.role_by.unwrap_or_default(),
    })
}

/// Stores what became of the roles of these people.
pub(super) async fn write(
    conn: &impl ConnectionTrait,
    changed: &BTreeMap<i64, Option<Role>>,
    after: &Roster,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if changed.is_empty() {
        return Ok(());
    }
    let nameless = Profile::default();
    let rows = changed.keys().map(|person| {
        let member = after.member(*person);
        people::ActiveModel {
            role: Set(member.map(|member| member.role.code().to_owned())),
            role_since: Set(member.map(|member| naive(member.since))),
            role_by: Set(member.map(|member| member.by.clone())),
            decides_since: Set(member.and_then(|member| member.decides_since).map(naive)),
            ..known::row(*person, &nameless, now)
        }
    });
    let columns = [
        people::Column::Role,
        people::Column::RoleSince,
        people::Column::RoleBy,
        people::Column::DecidesSince,
    ];
    let over = OnConflict::column(people::Column::Id).update_columns(columns).to_owned();
    people::Entity::insert_many(rows).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

impl Ledger {
    /// The role of this person now: what they may be shown goes by it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn role_of(&self, person: i64) -> Result<Option<Role>, LedgerError> {
        in_time(async { Ok(role(&self.readers, &self.shared.people, person).await?) }).await
    }

    /// The role of this person a moment ago, from memory: for what is said about it, and for nothing that counts.
    #[must_use]
    pub fn known_role(&self, person: i64) -> Option<Role> {
        self.shared.people.role(person)
    }

    /// The owners of a moment ago, from memory: whom to tell what becomes of chats.
    #[must_use]
    pub fn known_owners(&self) -> BTreeSet<i64> {
        self.shared.people.owners()
    }

    /// Who has which role now.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn roster(&self) -> Result<Roster, LedgerError> {
        in_time(async { Ok(read(&self.readers, &self.shared.people).await?) }).await
    }

    /// Whose chat shows which menu, by its fingerprint, and the role that it is to be for; from memory.
    #[must_use]
    pub fn menus(&self) -> Vec<(i64, Option<Role>, Option<String>)> {
        self.shared.people.menus()
    }

    /// Notes which menu this person's chat shows; not, when the lease of this epoch is not held any more.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn menu_shown(&self, person: i64, menu: Option<String>, epoch: i64) -> Result<(), LedgerError> {
        let value = menu.clone();
        let noted = self.chore(move |conn, _| {
            Box::pin(async move {
                let update = people::Entity::update_many().col_expr(people::Column::Menu, Expr::value(value));
                let held = lease::is_held(lease::TELEGRAM, epoch);
                let noted = update.filter(people::Column::Id.eq(person)).filter(held).exec(conn).await?;
                Ok(noted.rows_affected)
            })
        });
        if noted.await? > 0 {
            self.shared.people.learn_menu(person, menu);
        }
        Ok(())
    }

    /// What these people are called, where a name is on record: `tg:7` → `@lee`.
    #[must_use]
    pub fn names(&self, actors: impl Iterator<Item = String>) -> BTreeMap<String, String> {
        self.shared.people.names(actors)
    }
}
