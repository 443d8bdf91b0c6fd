// SPDX-License-Identifier: GPL-3.0-or-later
//! The task that owns a host session: inputs in, effects out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::connection;
use super::drive::{Clock, Ears, Finish, Place, Wake};
use super::gate::Gate;
use super::host::{Mail, OpenedBus, Reply, unix_ms};
use super::host_calls::HostCalls;
use super::host_service;
use super::keeper::{Keeper, LedgerEnded};
use super::outgoing::{Frame, Outgoing, outgoing};
use super::session::Snapshot;
use super::transport::Listener;
use crate::protocol::{BusMessage, CampaignId, Refusal, envelope};
use crate::session::BusEnd;
use crate::session::host::{Answer, BusId, CallId, Host, HostEffect, HostInput};

/// What a host's player may read.
pub fn snapshot(host: &Host) -> Snapshot {
    Snapshot { roster: host.view(), forces: host.forces(), memento: host.memento(), entered: Some(host.session()) }
}

struct Peer {
    outgoing: Outgoing,
    _ended: DropGuard,
}

/// The task that owns the rules' [`Host`].
pub struct Task {
    host: Host,
    keeper: Keeper,
    ears: Ears<Mail>,
    finish: Finish,
    clock: Clock,
    close_timeout: Duration,
    calls: HostCalls,
    waiting: HashMap<CallId, oneshot::Sender<Result<Reply, Refusal>>>,
    peers: HashMap<BusId, Peer>,
}

impl Task {
    /// A task that has not begun. `calls` lead to what `ears` hears.
    pub fn new(
        host: Host,
        keeper: Keeper,
        ears: Ears<Mail>,
        finish: Finish,
        calls: HostCalls,
        close_timeout: Duration,
    ) -> Self {
        let (waiting, peers) = (HashMap::new(), HashMap::new());
        Self { host, keeper, ears, finish, clock: Clock::start(), close_timeout, calls, waiting, peers }
    }

    /// Serves until the session is over and what it held is free again.
    pub async fn run(mut self, listener: Box<dyn Listener>) {
        let stop = CancellationToken::new();
        let kill = CancellationToken::new();
        // However this task ends, no connection outlives it.
        let _kill_at_the_end = kill.clone().drop_guard();
        let gate = Gate::new(kill.clone());
        let (connections, accepting) = connection::accept(listener, stop.clone(), gate.clone());
        let server = tokio::spawn(host_service::serve(connections, self.calls.clone(), stop.clone(), gate));
        let mut over = self.take(vec![HostInput::Start]);
        while !over {
            over = self.step().await;
        }
        stop.cancel();
        // The port is free again once the listener is gone.
        let _ = accepting.await;
        self.peers.clear();
        self.waiting.clear();
        self.ears.deafen();
        // The ledger before the goodbyes are over: whoever waits for the end may open it again at once.
        let closing = tokio::task::spawn_blocking(self.keeper.closing(self.close_timeout));
        self.drain(server, &kill).await;
        if let Ok(Err(error)) = closing.await {
            tracing::warn!(%error, "the ledger was not closed properly");
        }
        tracing::info!("a host session ended");
    }

    /// First the peers may hear the goodbye and leave by themselves; who is still there at the deadline is cut off.
    async fn drain(&mut self, mut server: JoinHandle<()>, kill: &CancellationToken) {
        if tokio::time::timeout(self.close_timeout, &mut server).await.is_err() {
            kill.cancel();
            server.abort();
        }
    }

    /// Takes what has happened. Whether the session is over.
    async fn step(&mut self) -> bool {
        let wake = tokio::select! {
            wake = self.ears.wake(self.clock.wait_until(self.host.due())) => wake,
            changed = self.keeper.changed() => return match changed {
                Ok(state) => self.take(state.map(HostInput::Ledger).into_iter().collect()),
                Err(LedgerEnded) => true,
            },
        };
        // Held until the messages have been handled.
        let mut places = Vec::new();
        let inputs = match wake {
            Wake::Commands(commands) => commands.into_iter().map(HostInput::Command).collect(),
            Wake::Mail(mail) => mail.into_iter().map(|mail| self.open(mail, &mut places)).collect(),
            Wake::Timer => vec![HostInput::Timer],
        };
        self.take(inputs)
    }

    /// Handles inputs, publishes where that leads, then lets out the effects that need not wait for the ledger. Whether
    /// the session is over.
    fn take(&mut self, mut pending: Vec<HostInput>) -> bool {
        let mut over = false;
        loop {
            let now = self.clock.now();
            self.host.wall_clock(now, unix_ms());
            for input in pending.drain(..) {
                let effects = self.host.handle(now, input);
                if let Err(LedgerEnded) = self.keeper.keep(effects) {
                    return true;
                }
            }
            self.finish.0.snapshot.store(Arc::new(snapshot(&self.host)));
            for effect in self.keeper.released() {
                over |= self.release(effect, &mut pending);
            }
            if pending.is_empty() {
                return over;
            }
        }
    }

    fn open(&mut self, mail: Mail, places: &mut Vec<Place>) -> HostInput {
        places.extend(mail.place);
        if let Some((call, reply)) = mail.reply {
            self.waiting.insert(call, reply);
        }
        mail.input
    }

    /// Carries out one effect. Whether it ends the session; what it leads to at once is added to `pending`.
    fn release(&mut self, effect: HostEffect, pending: &mut Vec<HostInput>) -> bool {
        match effect {
            HostEffect::Reply { call, answer } => self.reply(call, answer, pending),
            HostEffect::Send { to, message } => self.send(&to, &message, pending),
            HostEffect::CloseBus(bus) => drop(self.peers.remove(&bus)),
            // The keeper has the first, and parts the second.
            HostEffect::Record(_) | HostEffect::AfterAll(_) => {}
            HostEffect::Emit(event) => self.finish.0.events.push(event),
            HostEffect::Stop => return true,
        }
        false
    }

    fn reply(&mut self, call: CallId, answer: Result<Answer, Refusal>, pending: &mut Vec<HostInput>) {
        let opened = match &answer {
            Ok(Answer::BusOpen(bus)) => Some(*bus),
            _ => None,
        };
        let reply = match opened {
            Some(bus) => Ok(Reply::Bus(self.add_peer(bus))),
            None => answer.map(Reply::Answer),
        };
        let heard = self.waiting.remove(&call).is_some_and(|waiting| waiting.send(reply).is_ok());
        // The caller hung up while it waited: nobody will ever report the end of this bus.
        if let (Some(bus), false) = (opened, heard) {
            pending.push(HostInput::BusEnded { bus, end: BusEnd::Reset });
        }
    }

    fn add_peer(&mut self, bus: BusId) -> OpenedBus {
        let (outgoing, frames) = outgoing();
        let ended = CancellationToken::new();
        self.peers.insert(bus, Peer { outgoing, _ended: ended.clone().drop_guard() });
        OpenedBus { bus, frames, ended }
    }

    /// Encodes once; the peers share the bytes.
    fn send(&mut self, to: &[BusId], message: &BusMessage, pending: &mut Vec<HostInput>) {
        // Sent to one peer, these come from what the host keeps of them anyway.
        let kept_bytes = match message {
            BusMessage::ToeUpdated(_) => Some(0),
            BusMessage::DailyLog(log) => Some(log.weight()),
            _ => None,
        };
        if let ([bus], Some(bytes)) = (to, kept_bytes) {
            let (sender, kept) = (self.host.id(), message.clone());
            let encode = Box::new(move || encode(sender, &kept));
            return self.push(*bus, message, Frame::OnDemand { bytes, encode }, pending);
        }
        let Some(frame) = encode(self.host.id(), message) else { return };
        for bus in to {
            self.push(*bus, message, frame.clone().into(), pending);
        }
    }

    fn push(&mut self, bus: BusId, message: &BusMessage, frame: Frame, pending: &mut Vec<HostInput>) {
        let peer = self.peers.get(&bus);
        if peer.is_some_and(|peer| peer.outgoing.push(message.state_key(), frame).is_err()) {
            pending.push(HostInput::BusEnded { bus, end: BusEnd::TooSlow });
        }
    }
}

fn encode(sender: CampaignId, message: &BusMessage) -> Option<Bytes> {
    let frame = envelope::encode(sender, unix_ms(), message);
    frame.inspect_err(|refusal| tracing::error!(%refusal, "a message of our own does not fit the protocol")).ok()
}
