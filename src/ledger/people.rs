//! Everyone who ever had a role or a vote, with a copy in memory.
//!
//! The copy decides only whether the database is asked at all, and what people are called in answers; rights are
//! read where the decision is made. It is read before the program is ready, again every second, and after each change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use super::convert::naive;
use super::entity::people;
use crate::domain::caller::{Actor, Profile};

/// The copy of `people` in memory; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct People(Arc<RwLock<HashMap<i64, Profile>>>);

impl People {
    /// Whether this person ever had a role or a vote.
    pub(super) fn knows(&self, id: i64) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&id)
    }

    /// Whether a vote of this person would have to store another name than the one on record.
    pub(super) fn is_news(&self, id: i64, profile: &Profile) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id) != Some(profile)
    }

    /// What the actors are called: those without a name on record are absent.
    pub(super) fn names(&self, actors: impl Iterator<Item = String>) -> BTreeMap<String, String> {
        let copy = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let shown = |actor: &str| match Actor::parse(actor)? {
            Actor::Person(id) => copy.get(&id).map(Profile::shown).filter(|name| !name.is_empty()),
            Actor::Client(_) => None,
        };
        actors.filter_map(|actor| shown(&actor).map(|name| (actor, name))).collect()
    }

    /// The language this person's app was in when they last did something.
    pub(super) fn language_of(&self, id: i64) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id)?.language.clone()
    }

    /// Whoever has this username, in any case of letters.
    pub(super) fn called(&self, username: &str) -> Option<i64> {
        let copy = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let has = |profile: &Profile| {
            profile.username.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(username))
        };
        copy.iter().find(|(_, profile)| has(profile)).map(|(id, _)| *id)
    }

    /// Takes over what a committed transaction stored.
    pub(super) fn learn(&self, profiles: &BTreeMap<i64, Profile>) {
        let mut copy = self.0.write().unwrap_or_else(PoisonError::into_inner);
        copy.extend(profiles.iter().map(|(id, profile)| (*id, profile.clone())));
    }

    /// Reads the table again.
    pub(super) async fn refresh(&self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let rows = people::Entity::find().all(conn).await?;
        let profile = |row: people::Model| {
            (row.id, Profile { name: row.name, username: row.username, language: row.language })
        };
        let fresh = rows.into_iter().map(profile).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

/// Enters the admins of the settings, so that their repeats are known as such even after they were removed.
pub(super) async fn enter_admins(
    conn: &impl ConnectionTrait,
    admins: &BTreeSet<i64>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if admins.is_empty() {
        return Ok(());
    }
    let nameless = Profile::default();
    let rows = admins.iter().map(|id| row(*id, &nameless, now));
    let enter = people::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(people::Column::Id).do_nothing().to_owned());
    enter.exec_without_returning(conn).await.map(|_| ())
}

/// Stores what people are called now; sorted by id, so that two writers never wait for each other.
pub(super) async fn store(
    conn: &impl ConnectionTrait,
    profiles: &BTreeMap<i64, Profile>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if profiles.is_empty() {
        return Ok(());
    }
    let rows = profiles.iter().map(|(id, profile)| row(*id, profile, now));
    let names = [people::Column::Name, people::Column::Username, people::Column::Language];
    let store = people::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(people::Column::Id).update_columns(names).to_owned());
    store.exec_without_returning(conn).await.map(|_| ())
}

fn row(id: i64, profile: &Profile, now: DateTime<Utc>) -> people::ActiveModel {
    people::ActiveModel {
        id: Set(id),
        name: Set(profile.name.clone()),
        username: Set(profile.username.clone()),
        language: Set(profile.language.clone()),
        known_since: Set(naive(now)),
    }
}
