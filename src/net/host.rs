// SPDX-License-Identifier: GPL-3.0-or-later
//! A host session: what it takes to start one. What it does then is in [`super::host_task`].

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::certificate::{Encryption, Identity};
use super::drive::{Ears, Finish, MAIL_MAX, Place};
use super::host_calls::HostCalls;
use super::host_task::{Task, snapshot};
use super::keeper::Keeper;
use super::outgoing::Frames;
use super::session::{COMMANDS_MAX, Session, Shared};
use super::tls::TlsListener;
use super::transport::{self, Listener};
use crate::ledger::{self, Begin, OpenError, Reopened};
use crate::protocol::handshake::Password;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::Fingerprint;
use crate::protocol::{CampaignDetails, Refusal};
use crate::session::Rules;
use crate::session::host::{Answer, BusId, CallId, Host, HostInput};
use crate::session::memento::Memento;

/// What a host session is started with. All of it was checked.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// What the rules need.
    pub rules: Rules,
    /// The host campaign.
    pub campaign: CampaignDetails,
    /// For what must outlive the process; made when it is missing.
    pub data_folder: PathBuf,
    /// The player chose a new session where the ledger of the old one was set aside as damaged.
    pub begin_anew: bool,
    /// As the campaign's save has it.
    pub memento: Memento,
    /// Whether and how to encrypt.
    pub encryption: Encryption,
    /// Where to listen; none is everywhere.
    pub bind_address: Option<IpAddr>,
    /// 0 is any free port.
    pub port: u16,
    /// Campaigns on the roster besides the host.
    pub campaigns_max: usize,
    /// Messages that a campaign may send a second, beyond a burst (protocol.md section 1, "Rates").
    pub messages_per_second: u32,
    /// Real days after which a transfer that is asked for from now on expires; none: never (protocol.md section 6).
    pub transfer_expiry_days: Option<u32>,
    /// How long closing may take to say goodbye.
    pub close_timeout: Duration,
}

/// Where the ledgers of this user's host campaigns are, below the data folder.
const LEDGERS: &str = "ledgers";

/// What only a host session has.
pub struct Hosting {
    /// The port that it listens on.
    pub port: u16,
    /// What it shows to peers so that they know it; none without encryption.
    pub fingerprint: Option<Fingerprint>,
    /// The address that it was bound to; none is everywhere.
    pub bind_address: Option<IpAddr>,
    /// What peers must give.
    pub password: Option<Password>,
    /// What it keeps of the session.
    pub ledger: Arc<dyn ledger::Ledger>,
    /// The way to its task.
    pub calls: HostCalls,
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
    /// What a message takes up until it has been handled.
    pub place: Option<Place>,
}

impl From<HostInput> for Mail {
    fn from(input: HostInput) -> Self {
        Self { input, reply: None, place: None }
    }
}

/// Binds, opens certificate and ledger, then starts the session's task. The port is taken when this returns. Waits for
/// the disk.
pub fn start(runtime: &Handle, options: HostOptions) -> Result<Session, Refusal> {
    let _within = runtime.enter();
    let mut listener: Box<dyn Listener> = Box::new(transport::listen(options.bind_address, options.port)?);
    match Identity::open(&options.encryption, &options.data_folder)? {
        Some(identity) => listener = Box::new(TlsListener::new(listener, identity)),
        None if options.rules.password.is_some() => {
            tracing::warn!("the session's password travels unencrypted: this host was started without encryption");
        }
        None => {}
    }
    let folder = options.data_folder.join(LEDGERS);
    let begin = match options.begin_anew {
        true => Begin::Anew,
        false if options.memento.has_hosted() => Begin::NotAgain,
        false => Begin::First,
    };
    let reopened = ledger::open(&folder, options.campaign.id, begin).map_err(cannot_open)?;
    start_on(runtime, options, listener, reopened)
}

/// Starts the session's task on a listener and a ledger that are there already; what the options say of either, of
/// encryption too, is not looked at.
pub fn start_on(
    runtime: &Handle,
    options: HostOptions,
    listener: Box<dyn Listener>,
    reopened: Reopened,
) -> Result<Session, Refusal> {
    let address = listener.local_address().map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
    let (bind_address, password) = (options.bind_address, options.rules.password.clone());
    let Reopened { session, past, ledger } = reopened;
    let mut host = Host::new(options.rules, options.campaign, session, options.campaigns_max)
        .with_memento(options.memento)
        .with_transfer_expiry(options.transfer_expiry_days)
        .with_tokens_per_second(options.messages_per_second);
    let known = past.len();
    past.into_iter().for_each(|record| host.apply(record));
    let shared = Arc::new(Shared::new(snapshot(&host)));
    let (commands, command_receiver) = mpsc::channel(COMMANDS_MAX);
    let (mail, mail_receiver) = mpsc::channel(MAIL_MAX);
    let calls = HostCalls::new(mail);
    let ledger: Arc<dyn ledger::Ledger> = Arc::from(ledger);
    let hosting = Hosting {
        port: address.port(),
        fingerprint: listener.fingerprint(),
        bind_address,
        password,
        ledger: Arc::clone(&ledger),
        calls: calls.clone(),
    };
    let session = Session::new(Arc::clone(&shared), commands, Some(hosting), options.close_timeout);
    let task = Task::new(
        host,
        Keeper::new(ledger),
        Ears::new(Arc::clone(&shared), command_receiver, mail_receiver),
        Finish(shared),
        calls,
        options.close_timeout,
    );
    runtime.spawn(task.run(listener));
    tracing::info!(port = address.port(), entries = known, "a host session began");
    Ok(session)
}

fn cannot_open(error: OpenError) -> Refusal {
    let code = match error {
        OpenError::Damaged { .. }
        | OpenError::SetAside { .. }
        | OpenError::Missing { .. }
        | OpenError::Unreadable { .. } => ErrorCode::LedgerDamaged,
        OpenError::InUse => ErrorCode::LedgerInUse,
        OpenError::Newer { .. } => ErrorCode::LedgerNewer,
        OpenError::OtherCampaign { .. } | OpenError::Unavailable { .. } => ErrorCode::LedgerUnavailable,
    };
    Refusal::new(code, error.to_string())
}

/// Wall-clock time for the envelope's timestamp; no rule reads it.
pub(super) fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}
