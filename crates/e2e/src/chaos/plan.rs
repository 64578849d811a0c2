//! What is done next, and to whom: decided from the dice and from who is there, without doing it.

use std::time::{Duration, Instant};

use vigie_service::pipeline::Role;

use super::ChaosSettings;
use crate::dice::Dice;
use crate::fleet::{Member, Return};

/// One thing that is done to the running system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A service is killed at whichever instruction it is.
    Kill(Member, Return),
    /// A broker is killed and stays down for so long.
    KillBroker(u16, Duration),
    /// A service is stopped for so long, and then goes on as if nothing had been.
    Pause(Member, Duration),
    /// A service is asked to end and comes back after so long.
    Leave(Member, Duration),
    /// A third instance comes and goes after so long.
    Visit(Role, Duration),
}

/// Of all kills, those of brokers.
const BROKER_SHARE: f64 = 0.08;

/// Around how often a service is paused, asked to end, or joined by a third, in kills.
const PAUSE_EVERY: f64 = 6.0;
const LEAVE_EVERY: f64 = 8.0;
const VISIT_EVERY: f64 = 12.0;

/// Pauses end beyond the session time-out of 6 s, most of them: then others have taken over.
const PAUSES: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(12));

/// How long somebody is away: within a session or beyond it.
const ABSENCES: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(9));

/// How long a broker stays down: shorter and longer than its session of 9 s.
const BROKER_ABSENCES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(12));

/// How long a third instance stays.
const VISITS: (Duration, Duration) = (Duration::from_secs(8), Duration::from_secs(25));

/// Of the killed, those that a supervisor brings back at once.
const AT_ONCE_SHARE: f64 = 0.7;

/// When what is done.
pub struct Plan {
    settings: ChaosSettings,
    dice: Dice,
    kill_at: Instant,
    pause_at: Instant,
    leave_at: Instant,
    visit_at: Instant,
    kills: u64,
    broker_kills: u64,
}

impl Plan {
    /// A plan that begins at that moment.
    pub fn new(settings: ChaosSettings, begin: Instant) -> Self {
        let mut plan = Self {
            settings,
            dice: Dice::new(settings.seed),
            kill_at: begin,
            pause_at: begin,
            leave_at: begin,
            visit_at: begin,
            kills: 0,
            broker_kills: 0,
        };
        plan.kill_at = plan.after(begin, 1.0);
        plan.pause_at = plan.after(begin, PAUSE_EVERY);
        plan.leave_at = plan.after(begin, LEAVE_EVERY);
        plan.visit_at = plan.after(begin, VISIT_EVERY);
        plan
    }

    /// Whether who is started next will say so when it leaves.
    pub fn leaves(&mut self) -> bool {
        self.dice.is(0.5)
    }

    /// What is to be done by now. Brokers that are calm are all there and in sync.
    pub fn next(&mut self, now: Instant, running: &[Member], brokers_calm: bool) -> Vec<Act> {
        let mut acts = Vec::new();
        if now >= self.kill_at {
            acts.extend(self.kill(running, brokers_calm));
            self.kill_at = self.after(now, 1.0);
        }
        if now >= self.pause_at {
            let span = self.dice.between(PAUSES.0, PAUSES.1);
            acts.extend(self.dice.one_of(running).map(|member| Act::Pause(*member, span)));
            self.pause_at = self.after(now, PAUSE_EVERY);
        }
        if now >= self.leave_at {
            let away = self.dice.between(ABSENCES.0, ABSENCES.1);
            acts.extend(self.dice.one_of(running).map(|member| Act::Leave(*member, away)));
            self.leave_at = self.after(now, LEAVE_EVERY);
        }
        if now >= self.visit_at {
            let role = if self.dice.is(0.5) { Role::Tagger } else { Role::Scorer };
            acts.push(Act::Visit(role, self.dice.between(VISITS.0, VISITS.1)));
            self.visit_at = self.after(now, VISIT_EVERY);
        }
        acts
    }

    fn kill(&mut self, running: &[Member], brokers_calm: bool) -> Option<Act> {
        let brokers_due = (self.kills as f64 * BROKER_SHARE) as u64;
        if self.settings.brokers > 1 && brokers_calm && self.broker_kills < brokers_due {
            self.kills += 1;
            // Each in turn.
            let number = (self.broker_kills % u64::from(self.settings.brokers)) as u16 + 1;
            self.broker_kills += 1;
            return Some(Act::KillBroker(
                number,
                self.dice.between(BROKER_ABSENCES.0, BROKER_ABSENCES.1),
            ));
        }
        let member = *self.dice.one_of(running)?;
        self.kills += 1;
        let back = if self.dice.is(AT_ONCE_SHARE) {
            Return::AtOnce
        } else {
            Return::After(self.dice.between(ABSENCES.0, ABSENCES.1))
        };
        // A third instance that was killed does not come back: it was on a visit.
        Some(Act::Kill(member, if member.ordinal > 1 { Return::Never } else { back }))
    }

    /// A moment around so many intervals from now.
    fn after(&mut self, now: Instant, intervals: f64) -> Instant {
        now + self.settings.interval.mul_f64(intervals * (0.4 + 1.2 * self.dice.unit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::now;

    #[test]
    fn every_broker_has_its_turn_and_services_have_most_of_the_kills() {
        let interval = Duration::from_secs(4);
        let settings = ChaosSettings { kills: 300, mentions: 1, brokers: 3, seed: 1, interval };
        let begin = now();
        let mut plan = Plan::new(settings, begin);
        let running: Vec<Member> =
            Role::ALL.map(|role| Member { role, ordinal: 0 }).into_iter().collect();
        let (mut services, mut brokers) = (0, [0; 3]);
        let mut moment = begin;
        while services + brokers.iter().sum::<u64>() < 300 {
            moment += Duration::from_millis(100);
            for act in plan.next(moment, &running, true) {
                match act {
                    Act::Kill(..) => services += 1,
                    Act::KillBroker(number, _) => brokers[usize::from(number) - 1] += 1,
                    Act::Pause(..) | Act::Leave(..) | Act::Visit(..) => {}
                }
            }
        }
        assert_eq!(brokers, [8, 8, 7]);
        let spent = moment - begin;
        assert!(spent < interval * 330 && spent > interval * 270, "{spent:?}");
    }
}
