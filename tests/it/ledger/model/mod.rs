//! Whatever is done in whatever order, the books agree with a simple model of them, and the audit finds nothing: items, votes,
//! keys, cards and the outbox.

mod world;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use self::world::World;
use crate::support::books::{KIM, LEE};

const PEOPLE: [i64; 3] = [LEE, KIM, 333];

#[derive(Clone, Debug)]
pub enum Step {
    Submit { count: usize, pair: bool },
    Decide { who: usize, reject: bool, ids: Vec<i64> },
    Prepare { who: usize, reject: bool },
    Confirm { who: usize },
    Undo { who: usize },
    Appoint { is_added: bool },
    Repeat { which: usize },
    Reuse { which: usize },
    Wait { seconds: i64 },
    Expire,
    Release,
    Send,
    Bring,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    prop_oneof![
        3 => (1_usize..6, any::<bool>()).prop_map(|(count, pair)| Step::Submit { count, pair }),
        8 => (who.clone(), any::<bool>(), prop::collection::vec(1_i64..12, 1..5))
            .prop_map(|(who, reject, ids)| Step::Decide { who, reject, ids }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, reject)| Step::Prepare { who, reject }),
        1 => who.clone().prop_map(|who| Step::Confirm { who }),
        4 => who.prop_map(|who| Step::Undo { who }),
        2 => any::<bool>().prop_map(|is_added| Step::Appoint { is_added }),
        3 => (0_usize..40).prop_map(|which| Step::Repeat { which }),
        1 => (0_usize..40).prop_map(|which| Step::Reuse { which }),
        2 => (1_i64..200).prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::Expire),
        1 => Just(Step::Release),
        2 => Just(Step::Send),
        2 => Just(Step::Bring),
    ]
}

async fn play(steps: Vec<Step>) -> TestCaseResult {
    let mut world = World::new().await;
    for (n, step) in steps.into_iter().enumerate() {
        world.take(step).await?;
        if n % 5 == 0 {
            world.agrees().await?;
        }
    }
    world.end().await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_books_agree(steps in prop::collection::vec(step(), 1..50)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(steps))?;
    }
}
