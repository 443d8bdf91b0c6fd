// SPDX-License-Identifier: GPL-3.0-or-later
//! Which connections a host keeps (protocol.md section 1, "Connections").
//!
//! A connection is a stranger's until a Connect or a bus on it was granted. Strangers are few and have little time: where
//! there are too many, one of the address that has the most makes way, so that whoever floods a host pushes out its own
//! connections, and a newcomer always gets its moment. Of several such addresses it is the one whose turn has lasted
//! longest; of one address it is a connection that was refused already, and otherwise the oldest. A member's connection that carries no bus is closed as
//! well, once it has had the time in which an admission is good.
//!
//! Concurrency: one mutex around the table, held for a look-up or, once in a while, for a walk over a thousand entries,
//! and never across an await. Connections themselves are ended by cancelling their token, which wakes whoever reads or
//! writes them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::session::address::AddressBlock;
use crate::session::host::ConnectionId;

/// Strangers' connections at a time.
pub const STRANGERS_MAX: usize = 64;

/// Strangers' connections of one IPv4 address or IPv6 /64 at a time: a household that joins all at once is smaller.
pub const STRANGERS_PER_ADDRESS_MAX: usize = 16;

/// All connections at a time: several for each campaign that a roster has room for.
pub const CONNECTIONS_MAX: usize = 1_024;

/// How long a stranger has for its handshakes and its Connect.
pub const STRANGER_LIFETIME: Duration = Duration::from_secs(10);

/// How long a member's connection lasts without a bus: as long as an admission is good.
pub const IDLE_LIFETIME: Duration = Duration::from_secs(30);

/// Bytes that are read from a stranger: its Connect, its headers, and what the protocols below need.
pub const STRANGER_BYTES_MAX: usize = 48 * 1024;

/// The table of connections. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gate {
    doors: Arc<Mutex<BTreeMap<ConnectionId, Door>>>,
    kill: CancellationToken,
}

/// One connection.
#[derive(Debug)]
struct Door {
    block: AddressBlock,
    ended: CancellationToken,
    known: CancellationToken,
    buses: usize,
    /// A Connect on it was refused.
    refused: bool,
    /// When it is closed, unless it becomes a member's or gets a bus before.
    deadline: Option<Instant>,
}

impl Door {
    fn is_stranger(&self) -> bool {
        !self.known.is_cancelled()
    }
}

/// A connection's own part of its place in the table. Gives it back when dropped.
#[derive(Debug)]
pub struct Pass {
    gate: Gate,
    connection: ConnectionId,
    /// Cancelled when the connection has to end.
    pub ended: CancellationToken,
    /// Cancelled when the connection is no stranger's any more.
    pub known: CancellationToken,
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.lock().remove(&self.connection);
    }
}

/// A bus on a connection. The connection is idle once it has none.
#[derive(Debug)]
pub struct OpenBus {
    gate: Gate,
    connection: ConnectionId,
}

impl Drop for OpenBus {
    fn drop(&mut self) {
        if let Some(door) = self.gate.lock().get_mut(&self.connection) {
            door.buses -= 1;
            if door.buses == 0 {
                door.deadline = Some(Instant::now() + IDLE_LIFETIME);
            }
        }
    }
}

impl Gate {
    /// An empty table; `kill` ends every connection.
    pub fn new(kill: CancellationToken) -> Self {
        Self { doors: Arc::default(), kill }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Door>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection. None: the host has no place even if strangers make way.
    pub fn admit(&self, connection: ConnectionId, address: IpAddr) -> Option<Pass> {
        let mut doors = self.lock();
        let block = AddressBlock::from(address);
        let of_block = |door: &Door| door.is_stranger() && door.block == block;
        if doors.values().filter(|door| of_block(door)).count() >= STRANGERS_PER_ADDRESS_MAX {
            evict(&mut doors, block);
        } else if doors.values().filter(|door| door.is_stranger()).count() >= STRANGERS_MAX {
            evict_of_the_most(&mut doors);
        }
        if doors.len() >= CONNECTIONS_MAX && !evict_of_the_most(&mut doors) {
            return None;
        }
        let (ended, known) = (self.kill.child_token(), CancellationToken::new());
        let deadline = Some(Instant::now() + STRANGER_LIFETIME);
        doors.insert(
            connection,
            Door { block, ended: ended.clone(), known: known.clone(), buses: 0, refused: false, deadline },
        );
        drop(doors);
        Some(Pass { gate: self.clone(), connection, ended, known })
    }

    /// A Connect on this connection was granted.
    pub fn connected(&self, connection: ConnectionId) {
        if let Some(door) = self.lock().get_mut(&connection) {
            door.known.cancel();
            if door.buses == 0 {
                door.deadline = Some(Instant::now() + IDLE_LIFETIME);
            }
        }
    }

    /// A Connect on this connection was refused: it is the first of its address to make way.
    pub fn refused(&self, connection: ConnectionId) {
        if let Some(door) = self.lock().get_mut(&connection) {
            door.refused = true;
        }
    }

    /// A bus on this connection was granted.
    pub fn bus_opened(&self, connection: ConnectionId) -> OpenBus {
        if let Some(door) = self.lock().get_mut(&connection) {
            door.known.cancel();
            door.buses += 1;
            door.deadline = None;
        }
        OpenBus { gate: self.clone(), connection }
    }

    /// Ends the connections whose time is up.
    pub fn close_overdue(&self) {
        let now = Instant::now();
        for door in self.lock().values().filter(|door| door.deadline.is_some_and(|deadline| deadline <= now)) {
            door.ended.cancel();
        }
    }

    /// Descriptors have run out: a stranger makes way. Whether there was one.
    pub fn make_way(&self) -> bool {
        evict_of_the_most(&mut self.lock())
    }

    /// Whether there is no connection.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

/// A stranger of the address that has the most of them; of several addresses, of the one whose oldest came first. Ids
/// count up.
fn evict_of_the_most(doors: &mut BTreeMap<ConnectionId, Door>) -> bool {
    let mut counts = BTreeMap::<AddressBlock, (usize, Reverse<ConnectionId>)>::new();
    for (&id, door) in doors.iter().filter(|(_, door)| door.is_stranger()) {
        counts.entry(door.block).or_insert((0, Reverse(id))).0 += 1;
    }
    let most = counts.into_iter().max_by_key(|&(_, rank)| rank);
    most.is_some_and(|(block, _)| evict(doors, block))
}

/// It leaves the table at once; its task ends soon.
fn evict(doors: &mut BTreeMap<ConnectionId, Door>, block: AddressBlock) -> bool {
    let strangers = doors.iter().filter(|(_, door)| door.is_stranger() && door.block == block);
    let first = strangers.min_by_key(|&(&id, door)| (!door.refused, id)).map(|(&id, _)| id);
    let evicted = first.and_then(|id| doors.remove(&id));
    evicted.map(|door| door.ended.cancel()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + number).to_be_bytes())
    }

    fn gate() -> Gate {
        Gate::new(CancellationToken::new())
    }

    /// Connections from each of these addresses, in this order.
    fn come(gate: &Gate, first_id: u64, addresses: impl IntoIterator<Item = u32>) -> Vec<Pass> {
        let admit = |(id, number)| gate.admit(ConnectionId(id), address(number)).expect("a place");
        (first_id..).zip(addresses).map(admit).collect()
    }

    fn living(passes: &[Pass]) -> usize {
        passes.iter().filter(|pass| !pass.ended.is_cancelled()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_from_one_address_pushes_out_its_own_oldest_and_nobody_else() {
        let gate = gate();
        let others = come(&gate, 1, [2, 3, 4]);
        let flood = come(&gate, 10, std::iter::repeat_n(1, 1_000));
        assert_eq!((living(&others), living(&flood)), (3, STRANGERS_PER_ADDRESS_MAX));
        assert!(flood[984..].iter().all(|pass| !pass.ended.is_cancelled()), "the newest stay");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_from_many_addresses_keeps_within_the_cap_and_lets_a_newcomer_in() {
        let gate = gate();
        let flood = come(&gate, 1, (0..1_000).map(|number| number % 250));
        assert_eq!(living(&flood), STRANGERS_MAX);
        let player = come(&gate, 2_000, [999]);
        assert_eq!((living(&player), living(&flood)), (1, STRANGERS_MAX - 1));
    }

    #[tokio::test(start_paused = true)]
    async fn of_addresses_with_equally_many_the_one_that_came_first_makes_way_whichever_it_is() {
        let gate = gate();
        for player in [0, 999] {
            let id = u64::from(player) * 100;
            let _flood = come(&gate, id, 1..=STRANGERS_MAX as u32);
            let player = come(&gate, id + 100, [player]);
            let _more = come(&gate, id + 101, 1..STRANGERS_MAX as u32);
            assert_eq!(
                living(&player),
                1,
                "all of the flood came before it, and one for each that was closed after it"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_refused_makes_way_before_others_of_the_same_address() {
        let gate = gate();
        let player = come(&gate, 1, [1]);
        let mut guesses = Vec::new();
        for id in 2..100 {
            guesses.extend(come(&gate, id, [1]));
            gate.refused(ConnectionId(id));
        }
        assert_eq!((living(&player), living(&guesses)), (1, STRANGERS_PER_ADDRESS_MAX - 1));
    }

    #[tokio::test(start_paused = true)]
    async fn members_are_never_pushed_out_and_strangers_are_when_all_places_are_taken() {
        let gate = gate();
        let member = |id: u64| {
            let pass = gate.admit(ConnectionId(id), address(0)).expect("a place");
            gate.connected(pass.connection);
            pass
        };
        let members: Vec<_> = (1..CONNECTIONS_MAX as u64).map(member).collect();
        let stranger = come(&gate, 5_000, [1]);
        let newcomer = come(&gate, 5_001, [2]);
        assert_eq!((living(&members), living(&stranger), living(&newcomer)), (CONNECTIONS_MAX - 1, 0, 1));
        gate.connected(newcomer[0].connection);
        assert!(gate.admit(ConnectionId(5_002), address(3)).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_stranger_has_10_seconds_and_a_member_without_a_bus_30() {
        let gate = gate();
        let passes = come(&gate, 1, [1, 2, 3]);
        gate.connected(ConnectionId(2));
        let bus = gate.bus_opened(ConnectionId(3));
        let living_after = async |seconds| {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            gate.close_overdue();
            living(&passes)
        };
        assert_eq!(living_after(9).await, 3);
        assert_eq!(living_after(1).await, 2);
        assert_eq!(living_after(20).await, 1);
        assert_eq!(living_after(3_600).await, 1);
        drop(bus);
        assert_eq!(living_after(29).await, 1);
        assert_eq!(living_after(1).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_gone_leaves_the_table() {
        let gate = gate();
        drop(come(&gate, 1, [1, 2]));
        assert!(gate.is_empty());
        gate.connected(ConnectionId(1));
        drop(gate.bus_opened(ConnectionId(1)));
        assert!(gate.is_empty());
    }
}
