// SPDX-License-Identifier: GPL-3.0-or-later
//! How often each fault and each rule was reached.

macro_rules! reached {
    ($($name:ident: $text:literal),+ $(,)?) => {
        /// Something that a session may come to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    Completed: "transfers completed",
    Rejected: "transfers rejected",
    Adjusted: "adjustments",
    Told: "adjustments of others heard of",
    Applied: "settlements applied",
    Paused: "settlements paused",
    Skipped: "settlements skipped",
    Withdrawn: "promises withdrawn for another purpose",
    Owed: "debts",
    Refused: "refusals heard",
    Repeated: "requests repeated",
    TakenBack: "acceptances taken back",
    HostCrashed: "host crashes",
    RecordsLost: "host crashes that lost records",
    DiskFull: "full disks",
    Restored: "ledgers restored from a backup",
    Quarantined: "quarantines",
    Crashed: "remote crashes",
    CrashedBetween: "crashes between two effects",
    Reloaded: "older saves loaded by remotes",
    HostReloaded: "older saves loaded by the host",
    LinkBroken: "links broken",
    Partitioned: "partitions",
    SecondConnect: "connects while an older bus lived",
    Abandoned: "sessions abandoned",
}

/// Counts of all sessions, or of one.
#[derive(Debug, Clone)]
pub struct Counts {
    pub sessions: u64,
    pub steps: u64,
    /// How many write points the hosts' disks have passed.
    pub write_points: u64,
    reached: Vec<u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { sessions: 0, steps: 0, write_points: 0, reached: vec![0; Reached::ALL.len()] }
    }
}

impl Counts {
    pub fn of_one_session() -> Self {
        Self { sessions: 1, ..Self::default() }
    }

    pub fn add(&mut self, reached: Reached) {
        self.reached[reached as usize] += 1;
    }

    pub fn of(&self, reached: Reached) -> u64 {
        self.reached[reached as usize]
    }

    pub fn merge(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.steps += other.steps;
        self.write_points += other.write_points;
        for (sum, more) in self.reached.iter_mut().zip(&other.reached) {
            *sum += more;
        }
    }
}
