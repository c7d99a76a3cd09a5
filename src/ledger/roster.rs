//! Who may: the roles in `people`, read and written where they count.
//!
//! Whoever decides reads them under a lock that others share; whoever changes them takes it alone. So a vote and the
//! removal of whoever cast it follow one another, on however many instances.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QuerySelect, QueryTrait, Select,
};
use serde::Deserialize;

use super::convert::naive;
use super::entity::{deciding_clients, people};
use super::moment::Moment;
use super::trip::Trip;
use super::{Ledger, LedgerError, dialect, in_time, lease, people as known};
use crate::domain::caller::{Actor, Profile};
use crate::domain::key::ClientName;
use crate::domain::operation::{Operation, Request};
use crate::domain::role::Role;
use crate::domain::roster::{Member, Roster};
use crate::domain::world::Vote;
use crate::limits::IDS_IN_STATEMENT;

/// The roster of those whom these requests are about, under its lock.
pub(super) async fn locked(txn: &impl ConnectionTrait, requests: &[&Request]) -> Result<Roster, DbErr> {
    dialect::lock_roster(txn, is_changed_by(requests)).await?;
    let mut trip = Trip::on(txn);
    trip.read(concerning(requests));
    Ok(of_seats(trip.go(txn).await?.rows()?))
}

fn is_changed_by(requests: &[&Request]) -> bool {
    requests.iter().any(|request| matches!(request.operation, Operation::Appoint { .. }))
}

/// The seats of who speaks in these requests; everybody's where they change the roster, or bring something that is shown to
/// everybody. In a large house the others would cost more to read than all else. Who voted joins them once the votes are
/// read ([`with_voters`]).
pub(super) fn concerning(requests: &[&Request]) -> SelectStatement {
    let submits = |request: &&Request| matches!(request.operation, Operation::Submit { .. });
    if is_changed_by(requests) || requests.iter().any(submits) {
        return everybody().into_query();
    }
    let people: BTreeSet<i64> = requests.iter().filter_map(|request| speaker(request)).collect();
    seats().filter(people::Column::Id.is_in(people)).into_query()
}

fn speaker(request: &Request) -> Option<i64> {
    match request.caller.actor {
        Actor::Person(person) => Some(person),
        Actor::Client(_) => None,
    }
}

/// Who speaks in this request.
pub(super) async fn of_speaker(conn: &impl ConnectionTrait, request: &Request) -> Result<Roster, DbErr> {
    of(conn, speaker(request).into_iter().collect()).await
}

/// Everybody who has a role; without the clients.
pub(super) async fn read(conn: &impl ConnectionTrait) -> Result<Roster, DbErr> {
    Ok(of_seats(everybody().into_model().all(conn).await?))
}

fn everybody() -> Select<people::Entity> {
    seats().filter(people::Column::Role.is_not_null().or(people::Column::ListedSince.is_not_null()))
}

/// These people, as far as they have a role.
async fn of(conn: &impl ConnectionTrait, people: BTreeSet<i64>) -> Result<Roster, DbErr> {
    let people: Vec<i64> = people.into_iter().collect();
    let mut rows = Vec::with_capacity(people.len());
    for some in people.chunks(IDS_IN_STATEMENT) {
        let these = people::Column::Id.is_in(some.iter().copied());
        rows.extend(seats().filter(these).into_model().all(conn).await?);
    }
    Ok(of_seats(rows))
}

/// What says who may: the rest of a row costs as much again.
fn seats() -> Select<people::Entity> {
    people::Entity::find().select_only().columns(Seat::COLUMNS)
}

/// A row of them.
#[derive(FromQueryResult, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(super) struct Seat {
    id: i64,
    role: Option<String>,
    role_since: Option<Moment>,
    role_by: Option<String>,
    decides_since: Option<Moment>,
    listed_since: Option<Moment>,
}

impl Seat {
    /// Its columns, in the order of the fields: on SQLite they are read by their places.
    pub(super) const COLUMNS: [people::Column; 6] = [
        people::Column::Id,
        people::Column::Role,
        people::Column::RoleSince,
        people::Column::RoleBy,
        people::Column::DecidesSince,
        people::Column::ListedSince,
    ];
}

/// The roster of these seats.
pub(super) fn of_seats(seats: Vec<Seat>) -> Roster {
    let listed = seats.iter().filter_map(|seat| Some((seat.id, seat.listed_since?.utc()))).collect();
    let members = seats.into_iter().filter_map(|seat| Some((seat.id, member(seat)?))).collect();
    Roster::new(listed, members)
}

/// Everybody who may, the clients too.
pub(super) async fn whole(conn: &impl ConnectionTrait) -> Result<Roster, DbErr> {
    Ok(read(conn).await?.with_clients(clients(conn).await?))
}

/// With whoever voted, and with the clients, where any of them voted or asks: most operations do without.
pub(super) async fn with_voters(
    conn: &impl ConnectionTrait,
    roster: Roster,
    votes: &[Vote],
    requests: &[&Request],
) -> Result<Roster, DbErr> {
    let asks = requests.iter().any(|request| {
        matches!(request.operation, Operation::Decide { .. })
            && matches!(request.caller.actor, Actor::Client(_))
    });
    let voters = votes.iter().map(|vote| vote.decided_by.as_str());
    with_voters_of(conn, roster, voters, asks).await
}

/// The same of actors, with the clients where one of them voted or `with_clients`.
pub(super) async fn with_voters_of<'a>(
    conn: &impl ConnectionTrait,
    roster: Roster,
    voters: impl Iterator<Item = &'a str>,
    with_clients: bool,
) -> Result<Roster, DbErr> {
    let (mut missing, mut with_clients) = (BTreeSet::new(), with_clients);
    for voter in voters.filter_map(Actor::parse) {
        match voter {
            Actor::Person(person) if roster.role(person).is_none() => drop(missing.insert(person)),
            Actor::Person(_) => {}
            Actor::Client(_) => with_clients = true,
        }
    }
    let roster = if missing.is_empty() { roster } else { roster.and(of(conn, missing).await?) };
    Ok(if with_clients { roster.with_clients(clients(conn).await?) } else { roster })
}

async fn clients(conn: &impl ConnectionTrait) -> Result<BTreeMap<ClientName, DateTime<Utc>>, DbErr> {
    let rows = deciding_clients::Entity::find().all(conn).await?;
    let named =
        |row: deciding_clients::Model| Some((ClientName::parse(&row.name).ok()?, row.since?.and_utc()));
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Enters the clients that decided for the first time since they may.
pub(super) fn join(trip: &mut Trip, after: &Roster, now: DateTime<Utc>) {
    let fresh = after.clients().iter().filter(|(_, since)| **since == now).map(|(client, _)| client);
    enter(trip, fresh, now);
}

/// These clients may decide from now on; those that might before, since then, and those that were not known, since ever.
pub(super) fn enter<'a>(trip: &mut Trip, clients: impl Iterator<Item = &'a ClientName>, now: DateTime<Utc>) {
    let row = |client: &ClientName| deciding_clients::ActiveModel {
        name: Set(client.as_str().to_owned()),
        since: Set(Some(naive(DateTime::UNIX_EPOCH))),
    };
    let rows: Vec<_> = clients.map(row).collect();
    if rows.is_empty() {
        return;
    }
    let since = Expr::col((deciding_clients::Entity, deciding_clients::Column::Since));
    let over = OnConflict::column(deciding_clients::Column::Name)
        .value(deciding_clients::Column::Since, Func::coalesce([since, Expr::value(naive(now))]))
        .to_owned();
    trip.write(deciding_clients::Entity::insert_many(rows).on_conflict(over).as_query());
}

/// The role of this person now.
pub(super) async fn role(conn: &impl ConnectionTrait, person: i64) -> Result<Option<Role>, DbErr> {
    Ok(of(conn, BTreeSet::from([person])).await?.role(person))
}

/// A role that this release does not know gives no right.
fn member(seat: Seat) -> Option<Member> {
    Some(Member {
        role: Role::from_code(&seat.role?)?,
        since: seat.role_since?.utc(),
        decides_since: seat.decides_since.map(Moment::utc),
        by: seat.role_by.unwrap_or_default(),
    })
}

/// Stores what became of the roles of these people.
pub(super) fn write(
    trip: &mut Trip,
    changed: &BTreeMap<i64, Option<Role>>,
    after: &Roster,
    now: DateTime<Utc>,
) {
    if changed.is_empty() {
        return;
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
    trip.write(people::Entity::insert_many(rows).on_conflict(over).as_query());
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
