//! The processes are killed at moments of chance, one or more at once, and started again.

use std::time::Duration;

use countersign::clock::Clock;
use tokio::time::sleep;

use super::world::Hour;
use crate::support::serve::Server;

/// Kills until the time is over; gives how often.
pub async fn until(hour: &Hour, servers: &mut [Server], time: Duration) -> usize {
    let (mut chance, stopwatch, mut kills) = (hour.chance(1), Clock::stopwatch(), 0);
    while stopwatch.elapsed() < time {
        sleep(chance.pause(500, 4000)).await;
        let mut dead = Vec::new();
        for server in servers.iter_mut() {
            if dead.is_empty() || chance.percent(30) {
                server.kill().await;
                dead.push(server);
            }
        }
        kills += dead.len();
        sleep(chance.pause(0, 600)).await;
        for server in dead {
            server.again().await;
        }
        servers.rotate_left(1);
    }
    kills
}
