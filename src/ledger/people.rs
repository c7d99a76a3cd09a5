//! Everyone who ever had a role or a vote, with a copy in memory.
//!
//! The copy decides only whether the database is asked at all, and what people are called in answers; rights are
//! read where the decision is made. It is read before the program is ready, again every second, and after each change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, QueryTrait};

use super::convert::naive;
use super::entity::people;
use super::trip::Trip;
use crate::domain::caller::{Actor, Profile};
use crate::domain::record::Mark;
use crate::domain::role::Role;
use crate::domain::rules::Rules;

/// What is known of a person.
#[derive(Clone, Debug, Default)]
struct Known {
    profile: Profile,
    is_listed: bool,
    role: Option<Role>,
    menu: Option<String>,
}

impl Known {
    /// What they may: those of `ADMIN_IDS` are owners, whatever is on record.
    const fn may(&self) -> Option<Role> {
        if self.is_listed { Some(Role::Owner) } else { self.role }
    }
}

/// The copy of `people` in memory; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    copy: Arc<RwLock<HashMap<i64, Known>>>,
}

impl People {
    /// The people of `ADMIN_IDS`, as the last start of an instance named them.
    pub(super) fn listed(&self) -> BTreeSet<i64> {
        self.copy().iter().filter(|(_, known)| known.is_listed).map(|(id, _)| *id).collect()
    }

    fn copy(&self) -> RwLockReadGuard<'_, HashMap<i64, Known>> {
        self.copy.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this person ever had a role or a vote.
    pub(super) fn knows(&self, id: i64) -> bool {
        self.copy().contains_key(&id)
    }

    /// The role of this person a moment ago: for what is said about it, and for nothing that counts.
    pub(super) fn role(&self, id: i64) -> Option<Role> {
        self.copy().get(&id)?.may()
    }

    /// The owners of a moment ago.
    pub(super) fn owners(&self) -> BTreeSet<i64> {
        self.copy().iter().filter(|(_, known)| known.may() == Some(Role::Owner)).map(|(id, _)| *id).collect()
    }

    /// Whether a vote of this person would have to store another name than the one on record.
    pub(super) fn is_news(&self, id: i64, profile: &Profile) -> bool {
        self.copy().get(&id).map(|known| &known.profile) != Some(profile)
    }

    /// What the actors are called: those without a name on record are absent.
    pub(super) fn names(&self, actors: impl Iterator<Item = String>) -> BTreeMap<String, String> {
        let copy = self.copy();
        let shown = |actor: &str| match Actor::parse(actor)? {
            Actor::Person(id) => {
                copy.get(&id).map(|known| known.profile.shown()).filter(|name| !name.is_empty())
            }
            Actor::Client(_) => None,
        };
        actors.filter_map(|actor| shown(&actor).map(|name| (actor, name))).collect()
    }

    /// What those are called who may decide about items with these rules, as far as a name is on record: for what is said
    /// about it, and for nothing that counts.
    pub(super) fn deciders(&self, rules: &Rules, but: &[Mark]) -> Vec<String> {
        let copy = self.copy();
        let waited_for = |id: &i64| {
            let role = copy.get(id)?.may();
            let voted = but.iter().any(|mark| mark.by == Actor::Person(*id).to_string());
            let name = copy.get(id)?.profile.shown();
            (role.is_some_and(|role| rules.roles.admit(role)) && !voted && !name.is_empty()).then_some(name)
        };
        let mut names: Vec<String> = copy.keys().filter_map(waited_for).collect();
        names.sort();
        names
    }

    /// The language this person's app was in when they last did something.
    pub(super) fn language_of(&self, id: i64) -> Option<String> {
        self.copy().get(&id)?.profile.language.clone()
    }

    /// Whoever has this username, in any case of letters.
    pub(super) fn called(&self, username: &str) -> Option<i64> {
        let has = |known: &Known| {
            known.profile.username.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(username))
        };
        self.copy().iter().find(|(_, known)| has(known)).map(|(id, _)| *id)
    }

    /// The menu that each person's chat shows, and the role it is to be for.
    pub(super) fn menus(&self) -> Vec<(i64, Option<Role>, Option<String>)> {
        self.copy().iter().map(|(id, known)| (*id, known.may(), known.menu.clone())).collect()
    }

    /// Takes over what a committed transaction stored.
    pub(super) fn learn(&self, profiles: &BTreeMap<i64, Profile>, roles: &BTreeMap<i64, Option<Role>>) {
        if profiles.is_empty() && roles.is_empty() {
            return;
        }
        let mut copy = self.copy.write().unwrap_or_else(PoisonError::into_inner);
        for (id, profile) in profiles {
            copy.entry(*id).or_default().profile = profile.clone();
        }
        for (id, role) in roles {
            copy.entry(*id).or_default().role = *role;
        }
    }

    /// Takes over which menu a person's chat shows.
    pub(super) fn learn_menu(&self, id: i64, menu: Option<String>) {
        self.copy.write().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().menu = menu;
    }

    /// Reads the table again.
    pub(super) async fn refresh(&self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let rows = people::Entity::find().all(conn).await?;
        let known = |row: people::Model| {
            let profile = Profile { name: row.name, username: row.username, language: row.language };
            let (role, is_listed) =
                (row.role.as_deref().and_then(Role::from_code), row.listed_since.is_some());
            (row.id, Known { profile, is_listed, role, menu: row.menu })
        };
        let fresh = rows.into_iter().map(known).collect();
        *self.copy.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

/// Stores what people are called now; sorted by id, so that two writers never wait for each other.
pub(super) fn store(trip: &mut Trip, profiles: &BTreeMap<i64, Profile>, now: DateTime<Utc>) {
    if profiles.is_empty() {
        return;
    }
    let rows = profiles.iter().map(|(id, profile)| row(*id, profile, now));
    let names = [people::Column::Name, people::Column::Username, people::Column::Language];
    let store = people::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(people::Column::Id).update_columns(names).to_owned());
    trip.write(store.as_query());
}

/// Somebody who is known from now on, without a role.
pub(super) fn row(id: i64, profile: &Profile, now: DateTime<Utc>) -> people::ActiveModel {
    people::ActiveModel {
        id: Set(id),
        name: Set(profile.name.clone()),
        username: Set(profile.username.clone()),
        language: Set(profile.language.clone()),
        known_since: Set(naive(now)),
        ..Default::default()
    }
}
