// SPDX-License-Identifier: GPL-3.0-or-later
//! What drives a session on either side: the clock, the queues, and the guarantee that it always ends properly.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;

use super::session::Shared;
use crate::session::{Command, Event, Now};

/// Inputs taken before effects are released, so that one snapshot serves a burst.
pub const BATCH_MAX: usize = 64;

/// Messages from peers that may wait for the session's task; beyond it the peers' readers wait.
pub const MAIL_MAX: usize = 64;

/// KiB of frames whose messages a host's readers may hold decoded at a time, all peers together: a decoded message is
/// a few times as large as its frame, and two of the largest are enough to keep the session's task busy.
const READING_KIB_MAX: usize = 1_024;

/// Room for decoded messages.
#[derive(Debug, Clone)]
pub struct ReadingRoom(Arc<Semaphore>);

/// A place in a [`ReadingRoom`]; free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Default for ReadingRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(READING_KIB_MAX)))
    }
}

impl ReadingRoom {
    /// Waits until a frame of this length may be decoded.
    pub async fn place(&self, frame_bytes: usize) -> Option<Place> {
        let kib = frame_bytes.div_ceil(1_024).clamp(1, READING_KIB_MAX) as u32;
        Arc::clone(&self.0).acquire_many_owned(kib).await.map(|_permit| Place { _permit }).ok()
    }
}

/// The session's clock: milliseconds since it began.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// Begins now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The moment of an input.
    pub fn now(self) -> Now {
        Now(self.0.elapsed().as_millis().try_into().unwrap_or(u64::MAX))
    }

    /// Waits for a moment; for ever if there is none.
    pub async fn wait_until(self, due: Option<Now>) {
        match due {
            Some(Now(ms)) => tokio::time::sleep_until(self.0 + Duration::from_millis(ms)).await,
            None => std::future::pending().await,
        }
    }
}

/// What a session's task wakes up for.
pub enum Wake<M> {
    /// The player's side speaks.
    Commands(Vec<Command>),
    /// The network speaks.
    Mail(Vec<M>),
    /// The moment the rules asked for.
    Timer,
}

/// Everything that a session's task listens to.
pub struct Ears<M> {
    shared: Arc<Shared>,
    commands: mpsc::Receiver<Command>,
    mail: mpsc::Receiver<M>,
    closing_heard: bool,
}

impl<M> Ears<M> {
    /// Listens to both queues and to what the player's side signals.
    pub fn new(shared: Arc<Shared>, commands: mpsc::Receiver<Command>, mail: mpsc::Receiver<M>) -> Self {
        Self { shared, commands, mail, closing_heard: false }
    }

    /// Waits for the next thing that happens. Closing is heard once, after all commands that came before it.
    pub async fn wake(&mut self, timer: impl Future<Output = ()>) -> Wake<M> {
        let mut commands = Vec::new();
        let mut mail = Vec::new();
        tokio::select! {
            () = self.shared.closing.cancelled(), if !self.closing_heard => self.last_commands(),
            () = timer => Wake::Timer,
            () = self.shared.events.resynchronisation_wanted() => Wake::Commands(vec![Command::Resynchronise]),
            bus = self.shared.events.renewal_wanted() => Wake::Commands(vec![Command::RenewBus(bus)]),
            count = self.commands.recv_many(&mut commands, BATCH_MAX), if !self.closing_heard => match count {
                // Nobody holds the session any more.
                0 => self.last_commands(),
                _ => Wake::Commands(commands),
            },
            _ = self.mail.recv_many(&mut mail, BATCH_MAX) => Wake::Mail(mail),
        }
    }

    /// Nobody in the network is listened to any more: who waits for an answer learns it at once.
    pub fn deafen(&mut self) {
        self.mail.close();
        while self.mail.try_recv().is_ok() {}
    }

    /// Takes what the network still says and heeds none of it, until nobody there can say anything any more.
    pub async fn ignore(&mut self) {
        while self.mail.recv().await.is_some() {}
    }

    fn last_commands(&mut self) -> Wake<M> {
        self.closing_heard = true;
        self.commands.close();
        let mut commands: Vec<_> = std::iter::from_fn(|| self.commands.try_recv().ok()).collect();
        commands.push(Command::Close);
        Wake::Commands(commands)
    }
}

/// Ends a session for the player's side however its task ends, a panic included.
pub struct Finish(pub Arc<Shared>);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.closing.cancel();
        self.0.events.push(Event::Closed);
        self.0.set_ended();
    }
}
