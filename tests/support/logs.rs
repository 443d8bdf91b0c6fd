// SPDX-License-Identifier: GPL-3.0-or-later
//! The library's log records of a test program, all levels, in a file: `cargo xtask test` looks there for secrets and
//! players' texts. Names in tests have a fox in them and passwords a key, so that both are found.

use std::fmt::{Debug, Write as _};
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What stands in every password of a test.
pub const SECRET: char = '🗝';

/// What stands in texts that a player made.
pub const PLAYER_TEXT: char = '🦊';

struct IntoFile(Mutex<File>);

impl<S: Subscriber> Layer<S> for IntoFile {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // What lies below the library does not reach Java either.
        if !metadata.target().starts_with("distributed_mekhq") {
            return;
        }
        let mut line = Line(format!("{} {}:", metadata.level(), metadata.target()));
        event.record(&mut line);
        let mut file = self.0.lock().expect("nobody panics while writing");
        writeln!(file, "{}", line.0).expect("a line can be written");
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("writing to a String does not fail");
    }
}

/// Where the log of this process stands.
pub fn file() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("suite-logs");
    let program = std::env::current_exe().expect("a program");
    let name = program.file_stem().expect("a name").to_string_lossy().into_owned();
    folder.join(format!("{name}-{}.log", std::process::id()))
}

/// Begins to log, once.
pub fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let path = file();
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        let log = IntoFile(Mutex::new(File::create(path).expect("a file can be made")));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(log)).expect("the first one");
    });
}
