//! Measured values and their table.

use std::fmt::Write as _;
use std::time::Duration;

use crate::work::Work;

/// The measurement of one server in one round.
#[derive(Clone, Copy)]
pub struct Sample {
    pub cpu: Duration,
    /// The CPU time of the PostgreSQL processes, or `None` with SQLite.
    pub database: Option<Duration>,
    pub wall: Duration,
    pub requests: usize,
}

impl Sample {
    fn cpu_per_request(&self) -> f64 {
        self.micros_per_request(self.cpu)
    }

    fn database_per_request(&self) -> Option<f64> {
        self.database.map(|time| self.micros_per_request(time))
    }

    fn micros_per_request(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1e6 / self.requests as f64
    }

    fn requests_per_second(&self) -> f64 {
        self.requests as f64 / self.wall.as_secs_f64()
    }
}

/// The rounds of one server.
pub struct Samples {
    pub name: &'static str,
    pub rounds: Vec<Sample>,
}

/// The measurements of one workload. If `oms` was measured, it is the first server.
pub struct Row {
    pub work: Work,
    pub servers: Vec<Samples>,
}

impl Row {
    /// Returns whether the CPU time of the database is known.
    fn has_database(&self) -> bool {
        self.servers.iter().flat_map(|server| &server.rounds).all(|sample| sample.database.is_some())
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.work.title().to_owned()];
        for server in &self.servers {
            cells.push(Spread::of(server.rounds.iter().map(Sample::cpu_per_request)).text());
        }
        let [ours, others @ ..] = &self.servers[..] else { return cells };
        for other in others {
            let pairs = ours.rounds.iter().zip(&other.rounds);
            let ratio = Spread::of(pairs.map(|(a, b)| a.cpu_per_request() / b.cpu_per_request()));
            cells.push(ratio.text());
            if other.name == crate::REFERENCE && !self.has_database() {
                let aim = self.work.aim();
                let verdict = if ratio.median <= aim { "met" } else { "missed" };
                cells.push(format!("{aim:.1} {verdict}"));
            }
        }
        for server in self.servers.iter().filter(|_| self.has_database()) {
            cells.push(Spread::of(server.rounds.iter().filter_map(Sample::database_per_request)).text());
        }
        for server in &self.servers {
            let speed = Spread::of(server.rounds.iter().map(Sample::requests_per_second));
            cells.push(format!("{:.0}", speed.median));
        }
        cells
    }
}

/// Returns a table of rows, which must have the same servers.
pub fn table(rows: &[Row]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let names: Vec<&str> = first.servers.iter().map(|server| server.name).collect();
    let mut head = vec![String::new()];
    head.extend(names.iter().map(|name| format!("{name} µs")));
    for other in names.iter().skip(1) {
        head.push(format!("{}/{other}", names[0]));
        if *other == crate::REFERENCE && !first.has_database() {
            head.push("aim".to_owned());
        }
    }
    if first.has_database() {
        head.extend(names.iter().map(|name| format!("{name}'s PostgreSQL µs")));
    }
    head.extend(names.iter().map(|name| format!("{name} req/s")));

    let lines: Vec<Vec<String>> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let width = width(column);
            // Writing to a string cannot fail.
            let _ = match column {
                0 => write!(text, "{cell:<width$}"),
                _ => write!(text, "   {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

struct Spread {
    lowest: f64,
    median: f64,
    highest: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[half] } else { (values[half - 1] + values[half]) / 2.0 };
        Self { lowest: values[0], median, highest: values[values.len() - 1] }
    }

    fn text(&self) -> String {
        let digits = if self.median < 20.0 { 2 } else { 0 };
        let Self { lowest, median, highest } = self;
        format!("{median:.digits$} ({lowest:.digits$}–{highest:.digits$})")
    }
}
