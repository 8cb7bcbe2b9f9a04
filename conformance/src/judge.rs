//! Runs scenarios against a library, each in a process of its own: a crash or a hang of the library is an
//! answer, not the end of the run.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::execute::Run;
use crate::library::{self, Library};
use crate::problem::{Problem, Result};
use crate::scenario::{Scenario, Scenarios};
use crate::trace::{Outcome, Recorded, Step};

/// The command that does one scenario in a process; not for people.
pub const CHILD_COMMAND: &str = "do-one";

/// How a run goes.
pub struct Settings<'a> {
    /// The library's path.
    pub library: &'a str,
    /// How many at once.
    pub jobs: usize,
    /// How long one may take.
    pub limit: Duration,
}

/// Runs the scenarios; what was seen of each, in their order. `done` hears of every one that ends.
pub fn run(
    settings: &Settings<'_>,
    library: &Library,
    scenarios: &Scenarios,
    asked: &[&Scenario],
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Recorded>> {
    let program = std::env::current_exe()
        .map_err(|error| Problem::new("conformance", error, "start it by its full path"))?;
    let results: Vec<_> = asked.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1) {
            scope.spawn(|| {
                while let Some((scenario, result)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    asked.get(index).zip(results.get(index))
                } {
                    let recorded = one(settings, &program, library, scenario, scenarios);
                    *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
                    done();
                }
            });
        }
    });
    let ended =
        results.into_iter().filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner));
    ended.collect()
}

fn one(
    settings: &Settings<'_>,
    program: &Path,
    library: &Library,
    scenario: &Scenario,
    scenarios: &Scenarios,
) -> Result<Recorded> {
    let recorded = |outcome, steps, printed| Recorded {
        fingerprint: scenario.fingerprint.clone(),
        outcome,
        steps,
        printed,
    };
    if let Some(absent) = scenario.functions().find(|function| !library.exports(function.name)) {
        return Ok(recorded(Outcome::Skipped(format!("export absent: {}", absent.name)), Vec::new(), None));
    }
    let mut command = Command::new(program);
    command.args([CHILD_COMMAND, settings.library]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Problem::new(program.display(), error, "allow it to start processes"))?;
    // A child that ends early does not read to the end, which shows in how it ended.
    if let Some(mut input) = child.stdin.take() {
        let _ = input.write_all(scenarios.alone(scenario).as_bytes());
    }
    let mut said = Said::default();
    let outcome = said.listen(child, settings.limit);
    Ok(recorded(outcome, said.steps, said.printed))
}

/// What a child process said.
#[derive(Default)]
struct Said {
    begun: usize,
    steps: Vec<Step>,
    ended: bool,
    printed: Option<String>,
}

impl Said {
    /// Listens until the child ends or its time is over.
    fn listen(&mut self, mut child: Child, limit: Duration) -> Outcome {
        let (sender, receiver) = mpsc::channel();
        let output = child.stdout.take();
        let reader = thread::spawn(move || {
            for line in output
                .into_iter()
                .flat_map(|output| BufReader::new(output).lines())
                .map_while(std::result::Result::ok)
            {
                let _ = sender.send(line);
            }
        });
        let deadline = Instant::now() + limit;
        let in_time = loop {
            match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.line(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => break true,
                Err(mpsc::RecvTimeoutError::Timeout) => break false,
            }
        };
        if !in_time {
            let _ = child.kill();
        }
        let status = child.wait();
        let _ = reader.join();
        match status {
            _ if !in_time => Outcome::Hung(limit.as_secs()),
            Ok(status) if status.success() && self.ended => Outcome::Completed,
            Ok(status) => Outcome::Crashed(end(status)),
            Err(error) => Outcome::Crashed(error.to_string()),
        }
    }

    fn line(&mut self, line: String) {
        if let Some(number) = line.strip_prefix(BEGIN) {
            self.begun = number.parse().unwrap_or(self.begun);
        } else if let Some(step) = line.strip_prefix(STEP).and_then(|step| serde_json::from_str(step).ok()) {
            self.steps.push(step);
        } else if line == END {
            self.ended = true;
        } else if self.printed.is_none() {
            self.printed = Some(line);
        }
    }
}

/// How a process ended, the same on every machine of one system.
fn end(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    status.code().map_or_else(|| "killed".into(), |code| format!("exit code 0x{:X}", code.cast_unsigned()))
}

const BEGIN: &str = "@begin ";
const STEP: &str = "@step ";
const END: &str = "@end";

/// Does the scenario that stdin has and says so on stdout.
pub fn child(path: &str) -> Result<()> {
    library::crash_quietly();
    let library = Library::open(path)
        .map_err(|error| Problem::new(path, library::reason(&error), "name a library for this system"))?;
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Problem::new("conformance", error, "this command is for `conformance run`"))?;
    let scenarios = Scenarios::of_text(text)?;
    let none =
        || Problem::new("conformance", "no scenario is given", "this command is for `conformance run`");
    let scenario = scenarios.all.values().next().ok_or_else(none)?;
    let say = |line: String| {
        let mut output = std::io::stdout().lock();
        let _ = writeln!(output, "{line}").and_then(|()| output.flush());
    };
    Run::scenario(
        &library,
        scenario,
        &scenarios.material,
        |number| say(format!("{BEGIN}{number}")),
        |step| say(format!("{STEP}{}", serde_json::to_string(&step).unwrap_or_default())),
    );
    say(END.to_owned());
    Ok(())
}
