// SPDX-License-Identifier: GPL-3.0-or-later
//! The ways in which a link may be cut.

use turmoil::Sim;

use crate::network::HOST;

/// How a link between a remote and the host is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// What is sent is lost for good, so a connection that spans the cut never carries anything again.
    Lost,
    /// The same, from the remote to the host only.
    LostToHost,
    /// The same, from the host to the remote only.
    LostFromHost,
    /// What is sent waits and arrives after healing, as when TCP sends it again.
    Delayed,
}

impl Cut {
    pub const ALL: [Self; 4] = [Self::Lost, Self::LostToHost, Self::LostFromHost, Self::Delayed];

    pub fn index(self) -> usize {
        self as usize
    }

    pub fn text(self) -> &'static str {
        match self {
            Self::Lost => "both ways",
            Self::LostToHost => "towards the host",
            Self::LostFromHost => "from the host",
            Self::Delayed => "until healed, then delivered",
        }
    }

    pub fn begin(self, sim: &Sim<'_>, remote: &str) {
        match self {
            Self::Lost => sim.partition(remote, HOST),
            Self::LostToHost => sim.partition_oneway(remote, HOST),
            Self::LostFromHost => sim.partition_oneway(HOST, remote),
            Self::Delayed => sim.hold(remote, HOST),
        }
    }

    pub fn heal(self, sim: &Sim<'_>, remote: &str) {
        match self {
            Self::Lost => sim.repair(remote, HOST),
            Self::LostToHost => sim.repair_oneway(remote, HOST),
            Self::LostFromHost => sim.repair_oneway(HOST, remote),
            Self::Delayed => sim.release(remote, HOST),
        }
    }
}
