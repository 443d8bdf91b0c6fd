// SPDX-License-Identifier: GPL-3.0-or-later
//! Asking a host session's task something and waiting for its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};

use super::host::{Mail, Reply};
use super::session::closed;
use crate::protocol::Refusal;
use crate::session::host::{CallId, HostInput};

/// The way to a host session's task. Its calls wait in the same queue as what comes from the network; they fail once the
/// session is closed.
#[derive(Debug, Clone)]
pub struct HostCalls {
    mail: mpsc::Sender<Mail>,
    next: Arc<AtomicU64>,
}

impl HostCalls {
    /// The way to the task that reads `mail`.
    pub fn new(mail: mpsc::Sender<Mail>) -> Self {
        Self { mail, next: Arc::default() }
    }

    /// For what needs no answer.
    pub fn mail(&self) -> mpsc::Sender<Mail> {
        self.mail.clone()
    }

    /// Hands input to the session's task and waits for its answer.
    pub async fn ask(&self, input: impl FnOnce(CallId) -> HostInput) -> Result<Reply, Refusal> {
        let (mail, answer) = self.call(input);
        self.mail.send(mail).await.map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// The same on a thread that may wait; must not be called on a runtime thread.
    pub fn ask_blocking(&self, input: impl FnOnce(CallId) -> HostInput) -> Result<Reply, Refusal> {
        let (mail, answer) = self.call(input);
        self.mail.blocking_send(mail).map_err(|_| closed())?;
        answer.blocking_recv().unwrap_or_else(|_| Err(closed()))
    }

    fn call(&self, input: impl FnOnce(CallId) -> HostInput) -> (Mail, oneshot::Receiver<Result<Reply, Refusal>>) {
        let call = CallId(self.next.fetch_add(1, Ordering::Relaxed));
        let (reply, answer) = oneshot::channel();
        (Mail { input: input(call), reply: Some((call, reply)), place: None }, answer)
    }
}
