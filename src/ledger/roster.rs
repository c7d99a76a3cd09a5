//! Who may: the roles in `people`, read and written where they count.
//!
//! Whoever decides reads them under a lock that others share; whoever changes them takes it alone. So a vote and the
//! removal of whoever cast it follow one another, on however many instances.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};

use super::convert::naive;
use super::entity::{deciding_clients, people};
use super::{Ledger, LedgerError, dialect, in_time, lease, people as known};
use crate::domain::caller::{Actor, Profile};
use crate::domain::key::ClientName;
use crate::domain::operation::{Operation, Request};
use crate::domain::role::Role;
use crate::domain::roster::{Member, Roster};
use crate::domain::world::Vote;

/// The roster for these requests, under its lock.
pub(super) async fn locked(txn: &DatabaseTransaction, requests: &[&Request]) -> Result<Roster, DbErr> {
    let changes = requests.iter().any(|request| matches!(request.operation, Operation::Appoint { .. }));
    dialect::lock_roster(txn, changes).await?;
    read(txn).await
}

/// Who has which role; without the clients.
pub(super) async fn read(conn: &impl ConnectionTrait) -> Result<Roster, DbErr> {
    let has_role = people::Column::Role.is_not_null().or(people::Column::ListedSince.is_not_null());
    let rows = people::Entity::find().filter(has_role).all(conn).await?;
    let listed = rows.iter().filter_map(|row| Some((row.id, row.listed_since?.and_utc()))).collect();
    let members = rows.into_iter().filter_map(|row| Some((row.id, member(row)?))).collect();
    Ok(Roster::new(listed, members))
}

/// Everybody who may, the clients too.
pub(super) async fn whole(conn: &impl ConnectionTrait) -> Result<Roster, DbErr> {
    Ok(read(conn).await?.with_clients(clients(conn).await?))
}

/// With the clients, where any of them voted or asks: most operations do without.
pub(super) async fn with_clients(
    conn: &impl ConnectionTrait,
    roster: Roster,
    votes: &[Vote],
    requests: &[&Request],
) -> Result<Roster, DbErr> {
    let asks = requests.iter().any(|request| {
        matches!(request.operation, Operation::Decide { .. })
            && matches!(request.caller.actor, Actor::Client(_))
    });
    let needed = asks || votes.iter().any(|vote| is_client(&vote.decided_by));
    Ok(if needed { roster.with_clients(clients(conn).await?) } else { roster })
}

/// Whether a vote is a client's.
pub(super) fn is_client(actor: &str) -> bool {
    matches!(Actor::parse(actor), Some(Actor::Client(_)))
}

async fn clients(conn: &impl ConnectionTrait) -> Result<BTreeMap<ClientName, DateTime<Utc>>, DbErr> {
    let rows = deciding_clients::Entity::find().all(conn).await?;
    let named =
        |row: deciding_clients::Model| Some((ClientName::parse(&row.name).ok()?, row.since?.and_utc()));
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Enters the clients that decided for the first time since they may.
pub(super) async fn join(
    conn: &impl ConnectionTrait,
    after: &Roster,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let fresh = after.clients().iter().filter(|(_, since)| **since == now).map(|(client, _)| client);
    enter(conn, fresh, now).await
}

/// These clients may decide from now on; those that might before, since then, and those that were not known, since ever.
pub(super) async fn enter(
    conn: &impl ConnectionTrait,
    clients: impl Iterator<Item = &ClientName>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = |client: &ClientName| deciding_clients::ActiveModel {
        name: Set(client.as_str().to_owned()),
        since: Set(Some(naive(DateTime::UNIX_EPOCH))),
    };
    let rows: Vec<_> = clients.map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let since = Expr::col((deciding_clients::Entity, deciding_clients::Column::Since));
    let over = OnConflict::column(deciding_clients::Column::Name)
        .value(deciding_clients::Column::Since, Func::coalesce([since, Expr::value(naive(now))]))
        .to_owned();
    deciding_clients::Entity::insert_many(rows)
        .on_conflict(over)
        .exec_without_returning(conn)
        .await
        .map(|_| ())
}

/// The role of this person now.
pub(super) async fn role(conn: &impl ConnectionTrait, person: i64) -> Result<Option<Role>, DbErr> {
    let Some(row) = people::Entity::find_by_id(person).one(conn).await? else { return Ok(None) };
    if row.listed_since.is_some() {
        return Ok(Some(Role::Owner));
    }
    Ok(member(row).map(|member| member.role))
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
        in_time(async { Ok(role(&self.readers, person).await?) }).await
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

    /// Who has which role now; without the clients.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn roster(&self) -> Result<Roster, LedgerError> {
        in_time(async { Ok(read(&self.readers).await?) }).await
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
