//! What buttons and replies stand for, remembered for a day. None of it decides: it says what was shown, and the decision
//! looks whether that is still so.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder,
};

use super::convert::naive;
use super::entity::prompts;
use super::{Ledger, LedgerError, in_time};
use crate::domain::prompt::Prompt;
use crate::limits::PROMPT_LIFE;

impl Ledger {
    /// Remembers what the buttons of a message stand for; gives the number by which they name it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn remember_prompt(&self, prompt: Prompt) -> Result<i64, LedgerError> {
        let number = self.chore(move |conn, shared| {
            Box::pin(async move {
                let row = row(None, &prompt, shared.clock.now());
                let id = prompts::Entity::insert(row).exec(conn).await?.last_insert_id;
                Ok(u64::try_from(id).unwrap_or_default())
            })
        });
        Ok(i64::try_from(number.await?).unwrap_or_default())
    }

    /// What is remembered by this number, and since when.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn prompt(&self, number: i64) -> Result<Option<(Prompt, DateTime<Utc>)>, LedgerError> {
        let found = prompts::Entity::find_by_id(number).one(&self.readers);
        in_time(async { self.read(found.await?) }).await
    }

    /// What a reply to this message answers.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn prompt_of(&self, chat: i64, message: i64) -> Result<Option<Prompt>, LedgerError> {
        let found = prompts::Entity::find()
            .filter(prompts::Column::Chat.eq(chat))
            .filter(prompts::Column::MessageId.eq(message))
            .order_by_desc(prompts::Column::Id)
            .one(&self.readers);
        let read = in_time(async { self.read(found.await?) }).await?;
        Ok(read.map(|(prompt, _)| prompt))
    }

    fn read(&self, row: Option<prompts::Model>) -> Result<Option<(Prompt, DateTime<Utc>)>, LedgerError> {
        let young = naive(self.shared.clock.now() - PROMPT_LIFE);
        let Some(row) = row.filter(|row| row.created_at >= young) else { return Ok(None) };
        let prompt = Prompt::from_stored(&row.prompt)
            .map_err(|error| LedgerError::Broken(format!("prompt {}: {error}", row.id)))?;
        Ok(Some((prompt, row.created_at.and_utc())))
    }
}

/// Remembers what a reply to this message answers.
pub(super) async fn note(
    conn: &impl ConnectionTrait,
    message: (i64, i64),
    prompt: &Prompt,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = row(Some(message), prompt, now);
    prompts::Entity::insert(row).exec_without_returning(conn).await.map(|_| ())
}

/// Forgets what is too old.
pub(super) async fn prune(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = prompts::Column::CreatedAt.lt(naive(now - PROMPT_LIFE));
    Ok(prompts::Entity::delete_many().filter(old).exec(conn).await?.rows_affected)
}

fn row(message: Option<(i64, i64)>, prompt: &Prompt, now: DateTime<Utc>) -> prompts::ActiveModel {
    let (chat, message_id) = message.unzip();
    prompts::ActiveModel {
        id: NotSet,
        chat: Set(chat),
        message_id: Set(message_id),
        prompt: Set(prompt.to_stored()),
        created_at: Set(naive(now)),
    }
}
