//! What can happen in a simulation: a schedule is a list of steps, drawn from a seed.

use countersign::domain::item::Execution;
use proptest::prelude::*;

use super::item::KINDS;

/// How many people and clients ask for something.
pub const ASKERS: usize = 4;

/// What somebody asks for. Numbers that name something are taken modulo what there is.
#[derive(Clone, Debug)]
pub enum Ask {
    Submit { count: usize, kind: usize },
    Decide { who: usize, reject: bool, ids: Vec<i64> },
    Prepare { who: usize, reject: bool },
    Confirm { who: usize },
    Undo { who: usize, receipt: Option<usize> },
    Appoint { is_added: bool },
    Withdraw { ids: Vec<i64> },
    Issue { result: Execution, ids: Vec<i64> },
}

/// What is delivered.
#[derive(Clone, Debug)]
pub enum What {
    /// A command for the first time.
    New(Ask),
    /// One that was written before, perhaps delivered too.
    Again(usize),
    /// Something else under the key of one that took effect.
    Other(usize),
}

/// One delivery, at one of the instances; by the door's road it is looked for first.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub what: What,
    pub at: usize,
    pub asks_first: bool,
}

/// What runs by the clock.
#[derive(Clone, Debug)]
pub enum Job {
    Expire,
    Release,
    Prune,
    Send(Sent),
    Bring(Sent),
}

/// What Telegram makes of a message.
#[derive(Clone, Copy, Debug)]
pub enum Sent {
    Taken,
    /// Taken, after a while in which others decide.
    Slowly,
    Later,
    Blocked,
}

/// What goes wrong, at the edge between an instance and its database or between an instance and its caller.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is lost there, so many times.
    Fails { point: &'static str, times: usize },
    /// It stands still there until a later step.
    Waits { point: &'static str },
    /// It stands still there for a moment, in which the others come.
    Delays { point: &'static str, millis: u64 },
    /// The instance dies there.
    Dies { point: &'static str },
    /// The callers go away after so many polls of theirs.
    Gone { yields: usize },
}

#[derive(Clone, Debug)]
pub enum Step {
    /// Sent all at once; the fault hits the first one's instance, and a job may run beside it.
    Deliver {
        deliveries: Vec<Delivery>,
        fault: Option<Fault>,
        beside: Option<(Job, usize)>,
    },
    /// Written, and delivered later: others come before it.
    Write(Ask),
    /// A job; perhaps its request, or its answer, is lost.
    Run {
        job: Job,
        at: usize,
        lost: Option<&'static str>,
    },
    /// What stands still goes on.
    GoOn,
    /// Time passes everywhere, in seconds.
    Wait(i64),
    /// One machine's clock is set so far off, in seconds.
    Skew {
        at: usize,
        seconds: i64,
    },
    Start,
    Stop(usize),
    Crash(usize),
}

fn ask() -> impl Strategy<Value = Ask> {
    let who = 0..ASKERS;
    let ids = |most| prop::collection::vec(1_i64..24, 1..most);
    let result = prop_oneof![Just(Execution::Issued), Just(Execution::Failed)];
    prop_oneof![
        6 => (1_usize..6, 0..KINDS.len()).prop_map(|(count, kind)| Ask::Submit { count, kind }),
        14 => (who.clone(), any::<bool>(), ids(6)).prop_map(|(who, reject, ids)| Ask::Decide { who, reject, ids }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, reject)| Ask::Prepare { who, reject }),
        2 => who.clone().prop_map(|who| Ask::Confirm { who }),
        8 => (who, prop::option::of(0_usize..40)).prop_map(|(who, receipt)| Ask::Undo { who, receipt }),
        2 => any::<bool>().prop_map(|is_added| Ask::Appoint { is_added }),
        1 => ids(4).prop_map(|ids| Ask::Withdraw { ids }),
        2 => (result, ids(4)).prop_map(|(result, ids)| Ask::Issue { result, ids }),
    ]
}

fn sent() -> impl Strategy<Value = Sent> {
    prop_oneof![4 => Just(Sent::Taken), 4 => Just(Sent::Slowly), 1 => Just(Sent::Later), 1 => Just(Sent::Blocked)]
}

fn job() -> impl Strategy<Value = Job> {
    prop_oneof![
        2 => Just(Job::Expire),
        3 => Just(Job::Release),
        1 => Just(Job::Prune),
        4 => sent().prop_map(Job::Send),
        4 => sent().prop_map(Job::Bring),
    ]
}

/// Where an operation passes on its way through the store; a lock is held in the middle of it.
const POINTS: [&str; 5] = ["begin", "loaded", "written", "commit.before", "commit.after"];

fn fault() -> impl Strategy<Value = Fault> {
    let point = prop::sample::select(&POINTS[..]);
    let free = prop::sample::select(&["begin", "commit.after"][..]);
    prop_oneof![
        4 => (point.clone(), 1_usize..9).prop_map(|(point, times)| Fault::Fails { point, times }),
        2 => free.prop_map(|point| Fault::Waits { point }),
        3 => (point.clone(), 0_u64..25).prop_map(|(point, millis)| Fault::Delays { point, millis }),
        2 => point.prop_map(|point| Fault::Dies { point }),
        1 => (0_usize..30).prop_map(|yields| Fault::Gone { yields }),
    ]
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let what = prop_oneof![
        7 => ask().prop_map(What::New),
        5 => (0_usize..200).prop_map(What::Again),
        1 => (0_usize..200).prop_map(What::Other),
    ];
    (what, 0_usize..3, any::<bool>()).prop_map(|(what, at, asks_first)| Delivery { what, at, asks_first })
}

fn step() -> impl Strategy<Value = Step> {
    let at = 0_usize..3;
    let deliveries = prop_oneof![
        3 => prop::collection::vec(delivery(), 1..2),
        2 => prop::collection::vec(delivery(), 2..5),
    ];
    let deliver =
        (deliveries, prop::option::weighted(0.3, fault()), prop::option::weighted(0.3, (job(), 0_usize..3)));
    let lost = prop::option::weighted(0.2, prop::sample::select(&["chore.before", "chore.after"][..]));
    prop_oneof![
        20 => deliver.prop_map(|(deliveries, fault, beside)| Step::Deliver { deliveries, fault, beside }),
        2 => ask().prop_map(Step::Write),
        8 => (job(), at.clone(), lost).prop_map(|(job, at, lost)| Step::Run { job, at, lost }),
        2 => Just(Step::GoOn),
        5 => (1_i64..200).prop_map(Step::Wait),
        1 => (20_i64..40).prop_map(|hours| Step::Wait(hours * 3600)),
        1 => (at.clone(), -90_i64..90).prop_map(|(at, seconds)| Step::Skew { at, seconds }),
        1 => Just(Step::Start),
        1 => at.clone().prop_map(Step::Stop),
        1 => at.prop_map(Step::Crash),
    ]
}

pub fn schedule(steps: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..=steps)
}
