// SPDX-License-Identifier: GPL-3.0-or-later
//! Log records on their way to Java's `System.Logger`.
//!
//! Whoever logs never waits: records go into a bounded queue, and a thread that Java lends takes them. Only the
//! library's own records pass: what lies below it may log headers, and headers hold tokens.

use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::{Condvar, Mutex, PoisonError};

use prost::Message;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::protocol::Refusal;
use crate::protocol::proto::bridge;
use crate::protocol::refusal::ErrorCode;

/// Records that may wait; the newest are dropped beyond it, and counted.
const RECORDS_MAX: usize = 1_024;

/// Records whose target begins so are the library's own.
const OWN_TARGET: &str = "distributed_mekhq";

#[derive(Default)]
struct Queue {
    records: VecDeque<bridge::LogRecord>,
    dropped: u64,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue { records: VecDeque::new(), dropped: 0 });
static WAKE: Condvar = Condvar::new();

/// Begins to collect records of this level and above. Once per process.
pub fn start(level: bridge::LogLevel) -> Result<(), Refusal> {
    let collector = tracing_subscriber::registry().with(Collector { max: filter(level) });
    tracing::subscriber::set_global_default(collector)
        .map_err(|_| Refusal::new(ErrorCode::InvalidArgument, "log records are being delivered already"))
}

fn filter(level: bridge::LogLevel) -> LevelFilter {
    match level {
        bridge::LogLevel::Trace => LevelFilter::TRACE,
        bridge::LogLevel::Debug => LevelFilter::DEBUG,
        bridge::LogLevel::Info => LevelFilter::INFO,
        bridge::LogLevel::Warning => LevelFilter::WARN,
        bridge::LogLevel::Error => LevelFilter::ERROR,
    }
}

/// Waits for records and takes all there are, encoded.
pub fn take() -> Vec<u8> {
    let queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut queue = WAKE.wait_while(queue, |queue| queue.records.is_empty()).unwrap_or_else(PoisonError::into_inner);
    let Queue { records, dropped } = std::mem::take(&mut *queue);
    bridge::LogBatch { records: records.into(), dropped }.encode_to_vec()
}

struct Collector {
    max: LevelFilter,
}

impl<S: Subscriber> Layer<S> for Collector {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= self.max && metadata.target().starts_with(OWN_TARGET)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.max)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let record = bridge::LogRecord {
            level: level(*event.metadata().level()).into(),
            target: event.metadata().target().to_owned(),
            message: text.0,
        };
        let mut queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.records.len() < RECORDS_MAX {
            queue.records.push_back(record);
        } else {
            queue.dropped += 1;
        }
        WAKE.notify_one();
    }
}

fn level(level: Level) -> bridge::LogLevel {
    match level {
        Level::TRACE => bridge::LogLevel::Trace,
        Level::DEBUG => bridge::LogLevel::Debug,
        Level::INFO => bridge::LogLevel::Info,
        Level::WARN => bridge::LogLevel::Warning,
        Level::ERROR => bridge::LogLevel::Error,
    }
}

/// The message first, then `name=value` for each further field.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written = if field.name() == "message" {
            let fields = std::mem::take(&mut self.0);
            write!(self.0, "{value:?}{fields}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
        written.expect("writing to a String does not fail");
    }
}
