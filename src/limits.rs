//! Every bound in one place, each with its source; what they owe each other is asserted at the end.

use std::time::Duration;

use chrono::TimeDelta;

/// Most characters of an idempotency key as stored: `varchar(80)` on every database.
pub const KEY_CHARS_MAX: usize = 80;
/// Most characters of the value a client may send in its key header.
pub const HEADER_KEY_CHARS_MAX: usize = 64;
/// Most characters of a client's name in `API_TOKENS`.
pub const CLIENT_NAME_CHARS_MAX: usize = 15;

/// Most bytes of a body, of a webhook delivery or of an API request.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Largest id taken anywhere: 2^53 − 1, the largest integer that every JSON reader keeps exact (RFC 8259, section 6).
pub const ID_MAX: i64 = (1 << 53) - 1;
/// Most ids one message or request may name at all; `BULK_LIMIT` is a rule below it.
pub const IDS_MAX: usize = 500;
/// Most items that a command decides about at once; for more it asks first.
pub const AT_ONCE_MAX: usize = 10;
/// How long what a command prepared can be confirmed.
pub const CONFIRM_LIFE: TimeDelta = TimeDelta::minutes(2);
/// Most items one submission may bring.
pub const SUBMISSION_ITEMS_MAX: usize = 500;
/// Most characters of an item's kind.
pub const KIND_CHARS_MAX: usize = 40;
/// Most characters of an item's title.
pub const TITLE_CHARS_MAX: usize = 200;
/// Most characters of an item's detail.
pub const DETAIL_CHARS_MAX: usize = 10_000;
/// Most bytes of an item's payload, as it is sent.
pub const PAYLOAD_BYTES_MAX: usize = 32 << 10;
/// Most characters of a client's own id for an item (`pending_items.external_id`).
pub const EXTERNAL_ID_CHARS_MAX: usize = 100;
/// Most characters of the label `by` in a bulk decision.
pub const LABEL_CHARS_MAX: usize = 64;
/// Most characters of the reason given with a decision.
pub const REASON_CHARS_MAX: usize = 300;
/// Most yeses that a policy may ask for.
pub const QUORUM_MAX: u32 = 20;
/// Most people with a role: each transaction reads them all.
pub const ROSTER_MAX: usize = 200;
/// Telegram's ids of accounts stay below this (Bot API, `User`).
pub const PERSON_ID_MAX: i64 = 1 << 52;
/// Most characters kept of a person's name (`people.name`).
pub const NAME_CHARS_MAX: usize = 64;

/// Most UTF-16 units of a message's text (Bot API, sendMessage).
pub const MESSAGE_UNITS_MAX: usize = 4096;
/// Most characters of the line that answers a press (Bot API, answerCallbackQuery).
pub const TOAST_CHARS_MAX: usize = 200;
/// Updates in one answer at most (Bot API, getUpdates).
pub const UPDATES_MAX: usize = 100;
/// How long the code that `init` shows can be used.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// Items on one page of `/pending`.
pub const PAGE_ITEMS: u64 = 10;
/// Most words that narrow `/pending`.
pub const SEARCH_WORDS_MAX: usize = 5;
/// Most characters of one of them: a kind fits.
pub const SEARCH_WORD_CHARS_MAX: usize = 40;
/// Lines of one `/history`.
pub const HISTORY_LINES: u64 = 15;
/// Lines of one page of `/admins`.
pub const ROSTER_LINES: usize = 15;
/// Days that `/stats` counts, today last; as many as one row of bars holds, a few times over.
pub const STATS_DAYS: usize = 30;
/// Decisions of which `/stats` looks at who made them and how long they took, the last ones: its answer must come in time
/// however busy a queue is.
pub const STATS_DECISIONS_MAX: u64 = 100_000;
/// Bars in one row of `/stats`: narrow enough for a phone.
pub const STATS_ROW: usize = 10;
/// Kinds, and people, that `/stats` names at most.
pub const STATS_LINES: usize = 8;
/// Most bytes of an exported file: far below what a bot may send (50 MB, Bot API, sendDocument), for it is made in memory
/// and has to pass through a slow line within [`SEND_DEADLINE`].
pub const EXPORT_BYTES_MAX: usize = 8 << 20;
/// Operations that are read at once for it.
pub const EXPORT_PAGE: u64 = 500;
/// Votes that `/show` tells of one item, the last ones.
pub const MARKS_MAX: u64 = 30;
/// What waits is counted up to here, and beyond it told as more: counting a million takes longer than all else that a list does.
pub const PENDING_COUNTED_MAX: u64 = 10_000;
/// Most items one `GET /api/admin/pending` answers with.
pub const LIST_ITEMS_MAX: u64 = 500;
/// A stranger in a private chat gets one line in this time, in seconds.
pub const STRANGER_LINE_EVERY_S: i64 = 3600;
/// How long the buttons under a page, and the question for a reason, are remembered.
pub const PROMPT_LIFE: TimeDelta = TimeDelta::days(1);
/// Reasons that a policy may offer as buttons, each at most so many characters.
pub const REASONS_MAX: (usize, usize) = (8, 40);
/// Items of one `/reject` that is missing its reason about which the bot asks why; for more it says how to write it.
pub const WHY_QUESTIONS_MAX: usize = 3;
/// A button's press counts as made this long before its receipt, in seconds: Telegram keeps a press alive no longer.
pub const PRESS_AGE_S: i64 = 150;

/// Operations that wait for the writers at most; one more hears "busy".
pub const QUEUE_OPERATIONS_MAX: usize = 1024;
/// Places among them that operations leave free for small writes: leases, what became of messages.
pub const QUEUE_CHORES: usize = 64;
/// Operations in one transaction at most: while it is written, those that come meanwhile are read (`benches/README.md`).
pub const BATCH_OPERATIONS_MAX: usize = 32;
/// Ids and new items in one transaction at most.
pub const BATCH_ROWS_MAX: usize = 1500;
/// Bound variables of the widest row a batch inserts (`pending_items`).
pub const ROW_VARIABLES_MAX: usize = 16;
/// Bound variables of one statement: SQLite takes 32,766 (`SQLITE_MAX_VARIABLE_NUMBER`), PostgreSQL 65,535.
pub const STATEMENT_VARIABLES_MAX: usize = 32_766;
/// Ids that one statement names at most.
pub const IDS_IN_STATEMENT: usize = 10_000;
/// Rows that `migrate copy` writes by one statement: of the largest there are, about ten megabytes.
pub const COPY_ROWS: usize = 200;
/// How long a caller waits for its operation before it hears "busy".
pub const OPERATION_DEADLINE: Duration = Duration::from_secs(5);
/// How long one transaction may take before its connection is thrown away.
pub const BATCH_DEADLINE: Duration = Duration::from_secs(4);
/// How often the copy of `people` in memory is read again.
pub const PEOPLE_REFRESH: Duration = Duration::from_secs(1);
/// Keys are kept at least so long: Telegram repeats a delivery for a day.
pub const KEY_RETENTION_MIN: TimeDelta = TimeDelta::hours(24);
/// Keys deleted by one statement of pruning: operations wait for no longer than for another batch (`benches/README.md`).
pub const PRUNE_KEYS: u64 = 50;
/// Between two such statements, so that operations have the writer to themselves for most of the time.
pub const PRUNE_PAUSE: Duration = Duration::from_millis(5);
/// How often pruning looks for expired keys.
pub const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// How often items are looked for whose time is over.
pub const EXPIRE_EVERY: Duration = Duration::from_secs(1);
/// Items that one transaction of that ends.
pub const EXPIRE_ITEMS: u64 = 500;
/// How often items are looked for that are to be brought up again.
pub const REMIND_EVERY: Duration = Duration::from_secs(10);
/// Items that one transaction of that looks at.
pub const REMIND_ITEMS: u64 = 1000;
/// How often an item is brought up at most.
pub const REMINDERS_MAX: u32 = 5;
/// What would be brought up within such a part of `remind_after` is brought up together.
pub const REMIND_SLOTS: i64 = 12;
/// The shortest and the longest time after which a policy brings items up again, in seconds: a minute, 30 days.
pub const REMIND_AFTER_S: (u32, u32) = (60, 30 * 24 * 3600);
/// The shortest and the longest time after which a policy lets items go, in seconds: a minute, a year.
pub const EXPIRES_AFTER_S: (u32, u32) = (60, 365 * 24 * 3600);
/// The longest time after which a client lets an item go.
pub const EXPIRES_MAX: TimeDelta = TimeDelta::days(365);
/// How often it is looked for decisions whose time to be taken back is over, for those of other instances.
pub const RELEASE_EVERY: Duration = Duration::from_secs(1);
/// How soon it is looked again where what was due is locked by somebody.
pub const RELEASE_AGAIN: Duration = Duration::from_millis(100);
/// Decisions that one transaction of that releases.
pub const RELEASE_ITEMS: u64 = 500;
/// Most decisions one `GET /api/admin/decisions` answers with.
pub const DECISIONS_MAX: u64 = 500;
/// Most characters of an address to which a decision is told.
pub const TARGET_CHARS_MAX: usize = 500;
/// How long a decision is tried to be told to a receiver.
pub const DELIVERY_LIFE: TimeDelta = TimeDelta::hours(24);
/// How long one try may take, from the name's look-up to the answer's end.
pub const DELIVERY_DEADLINE: Duration = Duration::from_secs(15);
/// How long connecting may take.
pub const DELIVERY_CONNECT: Duration = Duration::from_secs(5);
/// How long the rest of an answer is read whose status is known.
pub const DELIVERY_REST: Duration = Duration::from_secs(1);
/// The longest that a receiver can ask to be left alone (`Retry-After`): another try is left within the day.
pub const DELIVERY_WAIT_MAX: Duration = Duration::from_secs(12 * 3600);
/// How long a try keeps other instances off.
pub const DELIVERY_CLAIM: Duration = Duration::from_secs(30);
/// Tries on their way at once: in all, for one receiver, and for all addresses that one client's items brought.
pub const DELIVERING: (usize, usize, usize) = (64, 8, 8);
/// How often it is looked for deliveries of other instances, and for those whose time has come.
pub const DELIVERIES_EVERY: Duration = Duration::from_secs(1);
/// Deliveries that one transaction gives up.
pub const GIVE_UP_DELIVERIES: u64 = 500;
/// Bytes that are read of a receiver's answer.
pub const DELIVERY_ANSWER_BYTES: usize = 16 << 10;
/// How often the log is looked at for those who wait, while somebody does.
pub const WAIT_LOOK: Duration = Duration::from_millis(250);
/// The longest a `GET` of an item may wait for its decision, in seconds: proxies give up after a minute.
pub const WAIT_S_MAX: u64 = 50;
/// Requests that may wait at once.
pub const WAITING_MAX: usize = 1024;
/// How many of them read the books at the same time.
pub const WAITING_TURNS: usize = 2;
/// Rows of the log, the last ones, that the audit of the books walks; `countersign audit verify` walks all.
pub const AUDIT_LOG_ROWS: i64 = 10_000;
/// How long a row of the outbox is tried: as long as Telegram itself keeps an update.
pub const OUTBOX_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Most characters kept of what went wrong with a row of the outbox (`outbox.last_error`).
pub const ERROR_CHARS_MAX: usize = 500;
/// Items of one submission, or waiting for one chat, that are shown in a message each; more stand in one list.
pub const CARDS_APART_MAX: usize = 3;
/// Items in one list at most.
pub const LISTED_ITEMS_MAX: usize = 30;
/// How long new items are gathered before they are shown.
pub const CARDS_GATHER: TimeDelta = TimeDelta::milliseconds(1500);
/// How long a question waits for the answer that stands before it.
pub const QUESTION_PAUSE: TimeDelta = TimeDelta::milliseconds(500);
/// Tries to bring a card up to date before it is forgotten: with pauses of at most five minutes about a day, as long as a
/// row of the outbox is tried. A group that never lets the bot in again must not be tried for ever.
pub const CARD_TRIES_MAX: u32 = 300;
/// Messages on their way to Telegram at once.
pub const SENDING_MAX: usize = 32;
/// How long one call to Telegram may take before it is tried again.
pub const SEND_DEADLINE: Duration = Duration::from_secs(20);
/// How long a line may take that need not arrive.
pub const ASIDE_DEADLINE: Duration = Duration::from_secs(5);
/// Lines to strangers, and answers to presses, on their way at once when polling.
pub const ASIDES_AT_ONCE: (usize, usize) = (8, 32);
/// The longest pause that is kept to when Telegram asks for one: nobody is left without an answer for good.
pub const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3600);
/// After so many tries a message steps aside: those behind it in its chat are sent first.
pub const TRIES_IN_LINE: i32 = 8;
/// How often the outbox is looked at, for rows of other instances.
pub const OUTBOX_EVERY: Duration = Duration::from_secs(1);
/// How often the menus are held against the roles.
pub const MENUS_EVERY: Duration = Duration::from_secs(1);
/// How often a menu is tried again that Telegram refused.
pub const MENUS_REFUSED_EVERY: Duration = Duration::from_secs(300);
/// How long a lease lasts unless it is renewed.
pub const LEASE_LIFE: Duration = Duration::from_secs(10);
/// How often a lease is renewed, or asked for.
pub const LEASE_EVERY: Duration = Duration::from_secs(3);
/// Answers of repeats that memory has places for.
pub const CACHE_RECEIPTS: usize = 8192;
/// Bytes that they may take, about.
pub const CACHE_BYTES: u64 = 2 << 20;
/// Bytes that the words of those told before may take, with what was delivered for them, about.
pub const CACHE_ANSWERS_BYTES: u64 = 2 << 20;
/// An update that panicked this often is answered and let go.
pub const PANICS_MAX: u8 = 3;
/// Connections at once at most: Telegram makes up to a hundred (setWebhook), those who wait for decisions a thousand,
/// proxies and clients the rest.
pub const CONNECTIONS_MAX: usize = 2048;
/// Files that may be open at once, as far as the system allows it: connections of both kinds, and the books.
pub const OPEN_FILES: u64 = 4096;
/// How long a connection may take over a request's head, or say nothing after an answer. Proxies keep idle connections
/// about a minute.
pub const HEADER_DEADLINE: Duration = Duration::from_secs(75);
/// Seconds that `Retry-After` asks for. Telegram drops an update whose remaining life is shorter.
pub const RETRY_AFTER_S: u64 = 2;
/// How long a stop may take: what is in flight is finished and answered within it.
pub const SHUTDOWN: Duration = Duration::from_secs(9);
/// How long messages on their way are waited for at a stop.
pub const SHUTDOWN_SENDING: Duration = Duration::from_secs(3);

const _: () = assert!(CLIENT_NAME_CHARS_MAX + 1 + HEADER_KEY_CHARS_MAX <= KEY_CHARS_MAX);
const _: () = assert!(SUBMISSION_ITEMS_MAX <= BATCH_ROWS_MAX && IDS_MAX <= BATCH_ROWS_MAX);
const _: () = assert!(BATCH_ROWS_MAX * ROW_VARIABLES_MAX <= STATEMENT_VARIABLES_MAX);
const _: () = assert!(BATCH_ROWS_MAX <= IDS_IN_STATEMENT && IDS_IN_STATEMENT < STATEMENT_VARIABLES_MAX);
// What a batch reads first on SQLite is one statement: keys, people, chats twice, and items.
const _: () = assert!(BATCH_ROWS_MAX + 8 * BATCH_OPERATIONS_MAX <= STATEMENT_VARIABLES_MAX);
const _: () = assert!(REMIND_ITEMS <= IDS_IN_STATEMENT as u64);
const _: () = assert!(STATS_DAYS.is_multiple_of(STATS_ROW));
const _: () = assert!(BATCH_DEADLINE.as_millis() < OPERATION_DEADLINE.as_millis());
// A holder that misses one renewal, and the deadline of the next, still has its lease.
const _: () = assert!(LEASE_EVERY.as_secs() + OPERATION_DEADLINE.as_secs() < LEASE_LIFE.as_secs());
// A try and the note of it end before its claim does.
const _: () = assert!(
    DELIVERY_DEADLINE.as_secs() + DELIVERY_REST.as_secs() + 2 * OPERATION_DEADLINE.as_secs()
        < DELIVERY_CLAIM.as_secs()
);
// Those who wait leave room for everybody else.
const _: () = assert!(WAITING_MAX * 2 <= CONNECTIONS_MAX && CONNECTIONS_MAX as u64 * 2 <= OPEN_FILES);
const _: () = assert!(WAIT_S_MAX < HEADER_DEADLINE.as_secs());
const _: () = assert!(RETRY_AFTER_S >= 1 && RETRY_AFTER_S <= 5);
