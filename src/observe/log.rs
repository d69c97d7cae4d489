//! The log: levels, format, and a writer that never blocks.

use std::fmt::{self, Debug, Write as _};
use std::io::{self, BufWriter, IsTerminal, Stderr, Write};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use tracing::field::Field;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::format::{self, Writer};

use crate::config::observe::LogFormat;

/// The maximum number of queued lines. Further lines are dropped.
const MAX_QUEUED_LINES: usize = 16_384;

/// The time for which the writer collects lines, so that many lines share one write and one wake-up.
const BATCH_TIME: Duration = Duration::from_millis(2);

/// The counter of dropped lines.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Starts logging to standard error. A separate thread writes the lines; lines that exceed its queue are
/// dropped and counted. Dropping the guard writes the queued lines.
///
/// # Errors
///
/// Returns an error if `levels` is malformed.
pub fn start(levels: &str, format: LogFormat) -> Result<WorkerGuard, ParseError> {
    let filter = EnvFilter::builder().parse(levels)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(MAX_QUEUED_LINES)
        .thread_name("oms-log")
        .finish(Batches(BufWriter::with_capacity(64 * 1024, io::stderr())));
    // The counter is already set if a program that embeds this crate calls this twice.
    let _ = DROPPED.set(writer.error_counter());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // Escape codes make sense only on a terminal.
    let log = log.with_ansi(io::stderr().is_terminal());
    let fields = format::debug_fn(write_field).delimited(" ");
    // Fails if the embedding program has installed a subscriber, which then stays in place.
    let _ = match format {
        LogFormat::Text => log.fmt_fields(fields).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    Ok(guard)
}

/// Writes a field of an event like the default format, at half its cost: that one styles names and equals signs also
/// where there are no styles.
fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(WithoutControls(writer), "{value:?}"),
        name if writer.has_ansi_escapes() => {
            write!(writer, "\x1b[3m{name}\x1b[0m\x1b[2m=\x1b[0m{value:?}")
        }
        name => write!(writer, "{name}={value:?}"),
    }
}

/// Replaces control characters, which a terminal would execute.
struct WithoutControls<'a, 'w>(&'a mut Writer<'w>);

impl fmt::Write for WithoutControls<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (n, part) in text.split(|c: char| c.is_control() && c != '\n').enumerate() {
            if n > 0 {
                self.0.write_str("\u{fffd}")?;
            }
            self.0.write_str(part)?;
        }
        Ok(())
    }
}

/// Standard error, written in batches. The writer thread calls `flush` whenever its queue is empty.
struct Batches(BufWriter<Stderr>);

impl Write for Batches {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()?;
        thread::sleep(BATCH_TIME);
        Ok(())
    }
}

/// Returns the number of lines that were dropped because standard error was not read fast enough.
pub fn lost_lines() -> u64 {
    DROPPED.get().map_or(0, |dropped| dropped.dropped_lines() as u64)
}
