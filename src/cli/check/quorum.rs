//! The policy's quorums against those who may decide: what needs more of them than there are waits for good.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::domain::operation::Decision;
use crate::domain::role::Role;
use crate::domain::rules::Rules;
use crate::settings::Settings;

pub(super) fn check(report: &mut Report, settings: &Settings, on_record: &BTreeMap<i64, Role>) {
    let mut people = on_record.clone();
    people.extend(settings.telegram.admin_ids.iter().map(|person| (*person, Role::Owner)));
    let tokens = settings.http.api_tokens.iter().filter(|token| token.may_decide);
    let clients = tokens.map(|token| &token.client).collect::<BTreeSet<_>>().len();
    let may = |rules: &Rules| {
        let people = people.values().filter(|role| rules.roles.admit(**role)).count();
        people + if rules.roles.admit_clients() { clients } else { 0 }
    };
    let policy = &settings.rules.policy;
    let kinds = policy.kinds.iter().map(|(kind, rules)| (format!("items of the kind {kind}"), rules));
    let others = [("items of all other kinds".to_owned(), &policy.others)];
    for (what, rules) in kinds.chain(others) {
        let (need, may) = (usize::try_from(rules.quorum).unwrap_or(usize::MAX), may(rules));
        if need > 1 && may < need && !rules.forbid(Decision::Approve) {
            report.warn(
                "policy",
                &format!("{what} need {need} approvals, and {may} may decide them: none can be approved"),
            );
        }
    }
}
