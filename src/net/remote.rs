// SPDX-License-Identifier: GPL-3.0-or-later
//! A remote campaign's session: the task that owns the rules' [`Remote`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use uuid::Uuid;

use super::drive::{Clock, Ears, Finish, MAIL_MAX, Wake};
use super::host::unix_ms;
use super::keys::KeyStore;
use super::outgoing::{Outgoing, outgoing};
use super::reach::Way;
use super::remote_bus::{self, HostAddress, HostClient};
use super::session::{COMMANDS_MAX, Session, Shared, Snapshot};
use super::transport::{Connector, TcpConnector};
use super::trust::{HostTrust, KnownHostsFile};
use crate::protocol::handshake::Token;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::Distrust;
use crate::protocol::{BusMessage, CampaignDetails, Refusal, envelope, proto};
use crate::session::memento::Memento;
use crate::session::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use crate::session::{BusEnd, Event, Rules};

/// What a remote session is started with. All of it was checked.
#[derive(Debug, Clone)]
pub struct RemoteOptions {
    /// What the rules need.
    pub rules: Rules,
    /// The remote campaign.
    pub campaign: CampaignDetails,
    /// For what must outlive the process; made when it is missing.
    pub data_folder: PathBuf,
    /// As the campaign's save has it.
    pub memento: Memento,
    /// Where the host may be, to be tried in this order. At least one.
    pub hosts: Vec<HostAddress>,
    /// By what it is trusted.
    pub trust: HostTrust,
    /// Covers reaching the host, Connect, and the opening of the bus.
    pub connect_timeout: Duration,
    /// How long closing may take to say goodbye.
    pub close_timeout: Duration,
}

/// What the network sends to the session's task.
pub enum Mail {
    /// Something for the rules.
    Input(RemoteInput),
    /// The host was reached; its answer to Connect follows.
    Reached(Attempt, HostClient),
    /// The host was reached, but it is not trusted; the refusal of the attempt follows.
    Distrusted(Attempt, Distrust),
}

/// Starts the session's task and returns at once; events tell how joining went.
pub fn start(runtime: &Handle, options: RemoteOptions) -> Session {
    let seed = Uuid::new_v4().as_u64_pair().0;
    start_on(runtime, options, Arc::new(TcpConnector::new()), seed)
}

/// The same by a connector of the caller's choice; `seed` feeds the jitter of reconnects.
pub fn start_on(runtime: &Handle, options: RemoteOptions, connector: Arc<dyn Connector>, seed: u64) -> Session {
    if matches!(options.trust, HostTrust::Plaintext) && options.rules.password.is_some() {
        tracing::warn!("the session's password travels unencrypted: this campaign joins without encryption");
    }
    let remote = Remote::new(options.rules, options.campaign, options.memento, seed);
    let shared = Arc::new(Shared::new(snapshot(&remote)));
    let (commands, command_receiver) = mpsc::channel(COMMANDS_MAX);
    let (mail, mail_receiver) = mpsc::channel(MAIL_MAX);
    let session = Session::new(Arc::clone(&shared), commands, None, options.close_timeout);
    let way = Way {
        connector,
        hosts: options.hosts,
        trust: options.trust,
        known_hosts: KnownHostsFile::new(&options.data_folder),
        keys: KeyStore::new(&options.data_folder),
        campaign: remote.id(),
        timeout: options.connect_timeout,
    };
    let task = Task {
        remote,
        ears: Ears::new(Arc::clone(&shared), command_receiver, mail_receiver),
        finish: Finish(shared),
        clock: Clock::start(),
        way,
        close_timeout: options.close_timeout,
        mail,
        attempt: Attempt(0),
        deadline: Instant::now(),
        client: None,
        outgoing: None,
        network: JoinSet::new(),
        connecting: None,
    };
    runtime.spawn(task.run());
    session
}

fn snapshot(remote: &Remote) -> Snapshot {
    Snapshot {
        roster: remote.view(),
        forces: remote.forces(),
        memento: remote.memento().clone(),
        entered: remote.session(),
    }
}

struct Task {
    remote: Remote,
    ears: Ears<Mail>,
    finish: Finish,
    clock: Clock,
    way: Way,
    close_timeout: Duration,
    mail: mpsc::Sender<Mail>,
    attempt: Attempt,
    deadline: Instant,
    client: Option<HostClient>,
    outgoing: Option<Outgoing>,
    network: JoinSet<()>,
    connecting: Option<AbortHandle>,
}

impl Task {
    async fn run(mut self) {
        let mut over = self.take(vec![RemoteInput::Start]);
        while !over {
            over = self.step().await;
        }
        self.outgoing = None;
        self.client = None;
        // There is nothing to say to a host that has not answered yet.
        self.connecting.iter().for_each(AbortHandle::abort);
        let (network, ears) = (&mut self.network, &mut self.ears);
        let drained = async {
            tokio::select! {
                () = async { while network.join_next().await.is_some() {} } => {}
                // The bus is read to its end, and a reader that nobody hears would wait.
                () = ears.ignore() => {}
            }
        };
        // Dropping the set at the end cuts off what is still under way then.
        let _ = tokio::time::timeout(self.close_timeout, drained).await;
    }

    async fn step(&mut self) -> bool {
        let wake = tokio::select! {
            wake = self.ears.wake(self.clock.wait_until(self.remote.due())) => wake,
            Some(ended) = self.network.join_next() => return ended.is_err() && self.take(self.crashed()),
        };
        let inputs = match wake {
            Wake::Commands(commands) => commands.into_iter().map(RemoteInput::Command).collect(),
            Wake::Mail(mail) => mail.into_iter().filter_map(|mail| self.open(mail)).collect(),
            Wake::Timer => vec![RemoteInput::Timer],
        };
        self.take(inputs)
    }

    /// A network task panicked: whichever answer was due from it. The rules pass over the others.
    fn crashed(&self) -> Vec<RemoteInput> {
        let refusal = || Refusal::new(ErrorCode::HostUnreachable, "the host's answer could not be read");
        vec![
            RemoteInput::ConnectAnswered(self.attempt, Err(refusal())),
            RemoteInput::BusAnswered(self.attempt, Err(refusal())),
            RemoteInput::BusEnded(self.attempt, BusEnd::Reset),
        ]
    }

    fn open(&mut self, mail: Mail) -> Option<RemoteInput> {
        match mail {
            Mail::Input(input) => Some(input),
            Mail::Reached(attempt, client) => {
                if attempt == self.attempt {
                    self.client = Some(client);
                }
                None
            }
            Mail::Distrusted(attempt, distrust) => {
                if attempt == self.attempt {
                    self.finish.0.events.push(Event::HostDistrusted(distrust));
                }
                None
            }
        }
    }

    /// Takes what has happened, publishes where that leads, then lets its effects out. Whether the session is over.
    fn take(&mut self, mut pending: Vec<RemoteInput>) -> bool {
        let mut over = false;
        while !pending.is_empty() {
            let now = self.clock.now();
            let effects: Vec<_> = pending.drain(..).flat_map(|input| self.remote.handle(now, input)).collect();
            self.finish.0.snapshot.store(Arc::new(snapshot(&self.remote)));
            for effect in effects {
                over |= self.release(effect, &mut pending);
            }
        }
        over
    }

    fn release(&mut self, effect: RemoteEffect, pending: &mut Vec<RemoteInput>) -> bool {
        match effect {
            RemoteEffect::Connect(attempt, request) => self.connect(attempt, *request),
            RemoteEffect::OpenBus(attempt, token) => self.open_bus(attempt, token),
            RemoteEffect::Send(message) => self.send(&message, pending),
            RemoteEffect::Disconnect(token) => self.disconnect(token),
            RemoteEffect::CloseBus => {
                self.outgoing = None;
                // What is still to be said on the connection holds it; after that it ends.
                self.client = None;
            }
            RemoteEffect::Emit(event) => self.finish.0.events.push(event),
            RemoteEffect::Stop => return true,
        }
        false
    }

    /// The deadline of an attempt covers the opening of the bus as well.
    fn connect(&mut self, attempt: Attempt, request: proto::ConnectionRequest) {
        self.attempt = attempt;
        self.deadline = Instant::now() + self.way.timeout;
        let line = Line { attempt, deadline: self.deadline, mail: self.mail.clone() };
        let connecting = remote_bus::connect(self.way.clone(), request, line);
        self.connecting = Some(self.network.spawn(connecting));
    }

    fn open_bus(&mut self, attempt: Attempt, token: Option<Token>) {
        let Some(client) = self.client.clone() else { return };
        let (outgoing, frames) = outgoing();
        self.outgoing = Some(outgoing);
        let line = Line { attempt, deadline: self.deadline, mail: self.mail.clone() };
        self.network.spawn(remote_bus::run(client, token, frames, line));
    }

    fn disconnect(&mut self, token: Option<Token>) {
        let Some(client) = self.client.clone() else { return };
        self.network.spawn(remote_bus::disconnect(client, token, self.remote.id(), self.close_timeout));
    }

    fn send(&mut self, message: &BusMessage, pending: &mut Vec<RemoteInput>) {
        let Some(outgoing) = &self.outgoing else { return };
        match envelope::encode(self.remote.id(), unix_ms(), message) {
            Ok(frame) => {
                if outgoing.push(message.state_key(), frame).is_err() {
                    pending.push(RemoteInput::BusEnded(self.attempt, BusEnd::TooSlow));
                }
            }
            Err(refusal) => tracing::error!(%refusal, "a message of our own does not fit the protocol"),
        }
    }
}

/// What a network task knows of the attempt that it works for, and how it reports.
#[derive(Clone)]
pub struct Line {
    /// The attempt.
    pub attempt: Attempt,
    /// When the bus must be open.
    pub deadline: Instant,
    /// To the session's task.
    pub mail: mpsc::Sender<Mail>,
}

impl Line {
    /// Something for the rules. Whether the session's task still listens.
    pub async fn tell(&self, input: RemoteInput) -> bool {
        self.mail.send(Mail::Input(input)).await.is_ok()
    }
    /// A host that is not trusted. Told on the way, and lost only where the session's task is far behind: the refusal of
    /// the attempt says the same in words.
    pub fn tell_distrust(&self, distrust: Distrust) {
        let _ = self.mail.try_send(Mail::Distrusted(self.attempt, distrust));
    }
}
