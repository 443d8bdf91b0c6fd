// SPDX-License-Identifier: GPL-3.0-or-later
//! A host session: the listener, and the task that owns the rules' [`Host`].

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::connection;
use super::drive::{Clock, Ears, Finish, MAIL_MAX, Wake};
use super::host_service;
use super::outgoing::{Frames, Outgoing, outgoing};
use super::session::{COMMANDS_MAX, Session, Shared, Snapshot};
use super::transport::{self, Listener};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, Refusal, envelope};
use crate::session::host::{Answer, BusId, CallId, Host, HostEffect, HostInput};
use crate::session::memento::Memento;
use crate::session::{BusEnd, Rules};

/// What a host session is started with. All of it was checked.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// What the rules need.
    pub rules: Rules,
    /// The host campaign.
    pub campaign: CampaignDetails,
    /// For what must outlive the process; made when it is missing.
    pub data_folder: PathBuf,
    /// As the campaign's save has it.
    pub memento: Memento,
    /// Where to listen; none is everywhere.
    pub bind_address: Option<IpAddr>,
    /// 0 is any free port.
    pub port: u16,
    /// Campaigns on the roster besides the host.
    pub campaigns_max: usize,
    /// How long closing may take to say goodbye.
    pub close_timeout: Duration,
}

/// A bus that was granted: its number, what to send on it, and the signal that ends its reader.
pub struct OpenedBus {
    /// Its number.
    pub bus: BusId,
    /// What the host sends.
    pub frames: Frames,
    /// Cancelled when the session ends the bus.
    pub ended: CancellationToken,
}

/// What a call that waits for the session's answer gets.
pub enum Reply {
    /// To a unary call.
    Answer(Answer),
    /// To the opening of a bus.
    Bus(OpenedBus),
}

/// What the network sends to the session's task.
pub struct Mail {
    /// What happened.
    pub input: HostInput,
    /// Who waits for the answer to it.
    pub reply: Option<(CallId, oneshot::Sender<Result<Reply, Refusal>>)>,
}

impl From<HostInput> for Mail {
    fn from(input: HostInput) -> Self {
        Self { input, reply: None }
    }
}

/// Binds, then starts the session's task. The port is taken when this returns.
pub fn start(runtime: &Handle, options: HostOptions) -> Result<Session, Refusal> {
    let _within = runtime.enter();
    let listener = transport::listen(options.bind_address, options.port)?;
    start_on(runtime, options, Box::new(listener))
}

/// Starts the session's task on a listener that is there already; the options' address and port are not looked at.
pub fn start_on(runtime: &Handle, options: HostOptions, listener: Box<dyn Listener>) -> Result<Session, Refusal> {
    let address = listener.local_address().map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
    let host =
        Host::new(options.rules, options.campaign, Uuid::new_v4(), options.campaigns_max).with_memento(options.memento);
    let shared = Arc::new(Shared::new(snapshot(&host)));
    let (commands, command_receiver) = mpsc::channel(COMMANDS_MAX);
    let (mail, mail_receiver) = mpsc::channel(MAIL_MAX);
    let session = Session::new(Arc::clone(&shared), commands, Some(address.port()), options.close_timeout);
    let task = Task {
        host,
        ears: Ears::new(Arc::clone(&shared), command_receiver, mail_receiver),
        finish: Finish(shared),
        clock: Clock::start(),
        close_timeout: options.close_timeout,
        mail,
        waiting: HashMap::new(),
        peers: HashMap::new(),
    };
    runtime.spawn(task.run(listener));
    tracing::info!(port = address.port(), "a host session began");
    Ok(session)
}

fn snapshot(host: &Host) -> Snapshot {
    Snapshot { roster: host.view(), forces: host.forces(), memento: host.memento() }
}

struct Peer {
    outgoing: Outgoing,
    _ended: DropGuard,
}

struct Task {
    host: Host,
    ears: Ears<Mail>,
    finish: Finish,
    clock: Clock,
    close_timeout: Duration,
    mail: mpsc::Sender<Mail>,
    waiting: HashMap<CallId, oneshot::Sender<Result<Reply, Refusal>>>,
    peers: HashMap<BusId, Peer>,
}

impl Task {
    async fn run(mut self, listener: Box<dyn Listener>) {
        let stop = CancellationToken::new();
        let kill = CancellationToken::new();
        // However this task ends, no connection outlives it.
        let _kill_at_the_end = kill.clone().drop_guard();
        let (connections, accepting) = connection::accept(listener, stop.clone(), kill.clone());
        let server = tokio::spawn(host_service::serve(connections, self.mail.clone(), stop.clone()));
        while !self.step().await {}
        stop.cancel();
        // The port is free again once the listener is gone.
        let _ = accepting.await;
        self.peers.clear();
        self.waiting.clear();
        self.ears.deafen();
        self.drain(server, &kill).await;
        tracing::info!("a host session ended");
    }

    /// First the peers may hear the goodbye and leave by themselves; who is still there at the deadline is cut off.
    async fn drain(&mut self, mut server: JoinHandle<()>, kill: &CancellationToken) {
        if tokio::time::timeout(self.close_timeout, &mut server).await.is_err() {
            kill.cancel();
            server.abort();
        }
    }

    /// Takes what has happened, publishes where that leads, then lets its effects out. Whether the session is over.
    async fn step(&mut self) -> bool {
        let inputs = match self.ears.wake(self.clock.wait_until(self.host.due())).await {
            Wake::Commands(commands) => commands.into_iter().map(HostInput::Command).collect(),
            Wake::Mail(mail) => mail.into_iter().map(|mail| self.open(mail)).collect(),
            Wake::Timer => vec![HostInput::Timer],
        };
        let mut pending = inputs;
        let mut over = false;
        while !pending.is_empty() {
            let now = self.clock.now();
            let effects: Vec<_> = pending.drain(..).flat_map(|input| self.host.handle(now, input)).collect();
            self.finish.0.snapshot.store(Arc::new(snapshot(&self.host)));
            for effect in effects {
                over |= self.release(effect, &mut pending);
            }
        }
        over
    }

    fn open(&mut self, mail: Mail) -> HostInput {
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
            // Nothing is kept yet: a session lives as long as its process.
            HostEffect::Record(_) => {}
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
        let frame = match encode(&self.host, message) {
            Ok(frame) => frame,
            Err(refusal) => {
                tracing::error!(%refusal, "a message of our own does not fit the protocol");
                return;
            }
        };
        for bus in to {
            let peer = self.peers.get(bus);
            if peer.is_some_and(|peer| peer.outgoing.push(message.state_key(), frame.clone()).is_err()) {
                pending.push(HostInput::BusEnded { bus: *bus, end: BusEnd::TooSlow });
            }
        }
    }
}

fn encode(host: &Host, message: &BusMessage) -> Result<Bytes, Refusal> {
    envelope::encode(host.id(), unix_ms(), message)
}

/// Wall-clock time for the envelope's timestamp; no rule reads it.
pub(super) fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}
