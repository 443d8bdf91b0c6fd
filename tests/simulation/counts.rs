// SPDX-License-Identifier: GPL-3.0-or-later
//! How often each row of the timeline's table and each fault was reached. What is never reached is not tested.

use std::collections::BTreeMap;

macro_rules! reached {
    ($($name:ident = $text:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Reached { $($name),+ }

        impl Reached {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

reached! {
    HostAdvanced = "row host: advanced a day",
    HostAdvancedFar = "row host: advanced many days",
    BehindAdvanced = "row behind: advanced a day",
    BehindInBulk = "row behind: advanced in bulk",
    LevelWaited = "row level: asked and waited",
    LevelReady = "row level: announced that it is ready",
    LevelTold = "row level: ready remote told within a round trip",
    AheadWaited = "row ahead: asked and waited",
    AheadReported = "row ahead: host told it that it is ahead",
    GmJumped = "row GM: jumped to the host date",
    GmJumpedAhead = "row GM: jumped past a host that had gone back",
    JumpRefused = "row GM: jump without GM mode refused",
    LostFree = "row host lost: advanced up to the last host date known",
    LostStopped = "row host lost: stopped at the last host date known",
    LostAlone = "row host lost: continued without a host",
    LostAloneEnded = "row host lost: continuing ended with the reconnect",
    HostRewound = "host loaded an older save in the session",
    HostRestartedOlder = "host restarted with an older save",
    JoinedAhead = "joined ahead of the host",
    AskedWhilePastHost = "connected remote past the host asked",
    InFlight = "advanced past a host that went back meanwhile",
    ReloadedOlderLive = "older save loaded on a living bus",
    ResyncRequired = "told to connect anew",
    ReloadedOlder = "older save loaded and connected anew",
    ReloadedNewer = "newer save loaded and connected anew",
    LinkBroken = "fault: connection broken",
    LinkHalfOpen = "fault: connection half open",
    OnePartitioned = "fault: one remote partitioned",
    AllPartitioned = "fault: host partitioned from all",
    PeerTooSlow = "fault: peer too slow",
    ConnectTimedOut = "fault: connect timed out",
    StalePassedOver = "fault: message of a closed bus passed over",
    SecondConnectRefused = "second Connect refused, the bus answers",
    SecondConnectTookOver = "second Connect took over from a dead bus",
    RemoteKilled = "remote killed",
    RemoteRestarted = "remote restarted",
    HostKilled = "host killed",
    HostKilledUnflushed = "host killed before all was durable",
    HostClosed = "host closed in order",
    HostRestarted = "host restarted",
    LogToTeammates = "daily log to teammates that are there",
    LogKept = "daily log kept for a teammate that is away",
    LogDeliveredLater = "kept daily log delivered",
    ToeHidden = "TOE kept from somebody who may not see it",
    ToeShown = "TOE shown",
    VisibilityChanged = "visibility changed",
    TeamsChanged = "teams changed",
    Healed = "healed",
}

#[derive(Clone, Default)]
pub struct Counts {
    reached: BTreeMap<Reached, u64>,
    pub sessions: u64,
    pub steps: u64,
}

impl Counts {
    pub fn add(&mut self, reached: Reached) {
        *self.reached.entry(reached).or_default() += 1;
    }

    pub fn of(&self, reached: Reached) -> u64 {
        self.reached.get(&reached).copied().unwrap_or_default()
    }

    pub fn merge(&mut self, other: &Self) {
        for (&reached, count) in &other.reached {
            *self.reached.entry(reached).or_default() += count;
        }
        self.sessions += other.sessions;
        self.steps += other.steps;
    }

    pub fn missing(&self) -> Vec<&'static str> {
        Reached::ALL.iter().filter(|&&reached| self.of(reached) == 0).map(|reached| reached.text()).collect()
    }
}
