//! Figures about the queue in words, and the last days as bars that fit a phone.

use chrono::{DateTime, TimeDelta, Utc};

use super::card::Painter;
use super::{Text, Words, moment};
use crate::domain::stats::{Day, Decider, HEIGHT_MAX, Stats};
use crate::limits::{STATS_DECISIONS_MAX, STATS_LINES, STATS_ROW};

/// The bars from none to the highest.
const BARS: [char; HEIGHT_MAX as usize + 1] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

impl Words {
    /// Figures about the queue.
    #[must_use]
    pub fn stats(&self, stats: &Stats, now: DateTime<Utc>) -> Text {
        self.painter(now).stats(stats)
    }

    /// When the last so many days began, in the zone in which times are shown; today last.
    #[must_use]
    pub fn days(&self, now: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        moment::days(now, count, &self.time_zone)
    }
}

impl Painter<'_> {
    fn stats(&self, stats: &Stats) -> Text {
        let mut lines = self.open(stats);
        lines.push(String::new());
        lines.extend(self.decided(stats));
        Text::new(&lines.join("\n"))
    }

    /// What is open, by kind and by age.
    fn open(&self, stats: &Stats) -> Vec<String> {
        if stats.all_open() == 0 {
            return vec![self.catalog.get("pending-none", &[])];
        }
        let mut lines = vec![self.catalog.get("stats-open", &[("total", &self.count(stats.all_open()))])];
        lines.extend(stats.kinds.iter().map(|kind| {
            let (count, age) = (self.count(kind.count), moment::age(self.catalog, kind.oldest, self.now));
            self.catalog.get("stats-kind", &[("kind", &kind.kind), ("count", &count), ("age", &age)])
        }));
        let others = stats.of_other_kinds();
        if others > 0 {
            lines.push(self.catalog.get("stats-other-kinds", &[("count", &self.count(others))]));
        }
        let ages = stats.open.map(|count| self.count(count));
        let ages = ["hour", "day", "week", "more"].into_iter().zip(ages.iter().map(String::as_str));
        lines.push(self.catalog.get("stats-ages", &ages.collect::<Vec<_>>()));
        lines
    }

    /// What was decided lately: how much, how fast, on which day, by whom.
    fn decided(&self, stats: &Stats) -> Vec<String> {
        let (approved, rejected) = stats.outcomes;
        let days = stats.days.len().to_string();
        if approved + rejected == 0 {
            return vec![self.catalog.get("stats-none-decided", &[("days", &days)])];
        }
        let today = stats.days.last().map_or(0, |day| day.count);
        let counts = [
            ("days", days),
            ("total", self.count(approved + rejected)),
            ("approved", self.count(approved)),
            ("rejected", self.count(rejected)),
            ("today", self.count(today)),
        ];
        let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
        let mut lines = vec![self.catalog.get("stats-decided", &counts)];
        lines.extend(self.bars(stats));
        if stats.is_cut {
            let most = self.count(STATS_DECISIONS_MAX);
            lines.push(self.catalog.get("stats-cut", &[("most", &most)]));
        }
        let median = |median| self.catalog.get("stats-median", &[("span", &self.span(median))]);
        lines.extend(stats.median.map(median));
        lines.extend(stats.deciders.iter().take(STATS_LINES).map(|decider| self.decider(decider)));
        if stats.deciders.len() > STATS_LINES {
            lines.push(self.catalog.get("stats-others", &[]));
        }
        lines
    }

    /// The bars stand first, so that they stand below each other in any font.
    fn bars(&self, stats: &Stats) -> Vec<String> {
        let heights = stats.heights();
        let row = |(days, heights): (&[Day], &[u64])| {
            let bar = |height: &u64| usize::try_from(*height).ok().and_then(|height| BARS.get(height));
            let bars: String = heights.iter().filter_map(bar).collect();
            let date = |day: Option<&Day>| day.map(|day| self.date(day.begins)).unwrap_or_default();
            let count = self.count(days.iter().map(|day| day.count).sum());
            let (first, last) = (date(days.first()), date(days.last()));
            let row = [("bars", &*bars), ("first", &first), ("last", &last), ("count", &count)];
            self.catalog.get("stats-bars", &row)
        };
        let mut rows: Vec<String> =
            stats.days.chunks(STATS_ROW).zip(heights.chunks(STATS_ROW)).map(row).collect();
        rows.push(self.catalog.get("stats-scale", &[("most", &self.count(stats.most()))]));
        rows
    }

    fn decider(&self, decider: &Decider) -> String {
        let who = self.who(&decider.actor, decider.name.as_deref());
        let (count, today) = (self.count(decider.count), self.count(decider.today));
        self.catalog.get("stats-who", &[("who", &who), ("count", &count), ("today", &today)])
    }

    fn date(&self, at: DateTime<Utc>) -> String {
        let at = self.zone.local(at);
        let month = self.catalog.get("month", &[("month", &at.format("%b").to_string())]);
        self.catalog.get("stats-date", &[("day", &at.format("%-d").to_string()), ("month", &month)])
    }

    /// As an age is told, and in seconds where it is less than a minute.
    fn span(&self, span: TimeDelta) -> String {
        if span < TimeDelta::minutes(1) {
            return self.catalog.get("span-seconds", &[("count", &span.num_seconds().to_string())]);
        }
        moment::age(self.catalog, self.now - span, self.now)
    }

    fn count(&self, count: u64) -> String {
        self.catalog.thousands(usize::try_from(count).unwrap_or(usize::MAX))
    }
}
