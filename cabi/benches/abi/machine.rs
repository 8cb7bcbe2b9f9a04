//! What the figures were taken on.

use serde_json::{Value, json};

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn line(text: &str, key: &str) -> String {
    let found = text.lines().find(|line| line.starts_with(key));
    found
        .and_then(|line| line.split_once([':', '=']))
        .map_or_else(String::new, |(_, value)| value.trim().trim_matches('"').to_string())
}

fn first_line(program: &str, argument: &str) -> String {
    let output = std::process::Command::new(program).arg(argument).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_string()
}

/// Processes that were ready to run in the last minute.
pub fn load() -> f64 {
    read("/proc/loadavg").split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

pub fn described() -> Value {
    let processor = read("/proc/cpuinfo");
    let flags = line(&processor, "flags");
    let has = |flag: &&str| flags.split(' ').any(|known| known == *flag);
    let interesting: Vec<&str> =
        ["bmi2", "adx", "avx2", "avx512ifma", "sha_ni", "vaes"].into_iter().filter(has).collect();
    let model = ["cpu family", "model\t", "stepping"].map(|key| line(&processor, key));
    let hypervisor = if has(&"hypervisor") { "virtual machine" } else { "no hypervisor seen" };
    json!({
        "processor": line(&processor, "model name"),
        "family, model, stepping": model,
        "features": interesting,
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "hypervisor": hypervisor,
        "kernel": first_line("uname", "-sr"),
        "system": line(&read("/etc/os-release"), "PRETTY_NAME"),
        "C library": first_line("ldd", "--version"),
        "compiler": first_line("rustc", "--version"),
        "date": first_line("date", "-uI"),
        "commit": commit(),
    })
}

fn commit() -> String {
    let output = std::process::Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string()).unwrap_or_default()
}
