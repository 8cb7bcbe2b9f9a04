//! A real Chromium without a window, driven by WebDriver (W3C Recommendation) through chromedriver.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// A browser with one window.
pub struct Browser {
    driver: Child,
    session: String,
}

impl Browser {
    /// Starts one. `None`, and a line that says so, where there is none.
    pub fn start() -> Option<Self> {
        let mut driver = match Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn() {
            Ok(driver) => driver,
            Err(error) => {
                let line = format!("skipped: the report in a browser: chromedriver: {error}");
                // Past the test harness, so that a pass never hides it.
                writeln!(std::io::stdout(), "{line}").expect("stdout takes a line");
                return None;
            }
        };
        let output = BufReader::new(driver.stdout.take().expect("it is piped"));
        let port = output.lines().map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("chromedriver tells its port");
        let profile = crate::program::folder("profile");
        // As root Chromium has no sandbox; the rest keeps it from calling home.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1500,1000",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"}}}});
        let base = format!("http://127.0.0.1:{port}/session");
        let answer = send(ureq::post(&base).send_json(capabilities));
        let session = format!("{base}/{}", answer["sessionId"].as_str().expect("a session"));
        Some(Self { driver, session })
    }

    fn post(&self, command: &str, body: Value) -> Value {
        send(ureq::post(format!("{}/{command}", self.session)).send_json(body))
    }

    /// Opens a file.
    pub fn open(&self, path: &Path) {
        self.post("url", json!({"url": format!("file://{}", path.display())}));
    }

    /// What an expression comes to in the page.
    pub fn ask(&self, expression: &str) -> Value {
        self.post("execute/sync", json!({"script": format!("return {expression}"), "args": []}))
    }

    /// Waits until an expression is true, a minute at most: the machine may be busy.
    pub fn wait(&self, expression: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.ask(expression) != Value::Bool(true) {
            assert!(Instant::now() < deadline, "{expression}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("element", json!({"using": "css selector", "value": selector}));
        let reference = found.as_object().and_then(|object| object.values().next()).expect("an element");
        reference.as_str().expect("its reference").to_owned()
    }

    /// Types into an element.
    pub fn keys(&self, selector: &str, text: &str) {
        self.post(&format!("element/{}/value", self.element(selector)), json!({"text": text}));
    }

    /// Clicks on an element.
    pub fn click(&self, selector: &str) {
        self.post(&format!("element/{}/click", self.element(selector)), json!({}));
    }

    /// What the page's console said, and errors among it.
    pub fn console(&self) -> Vec<String> {
        let entries = self.post("se/log", json!({"type": "browser"}));
        entries.as_array().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// Writes what is seen as a PNG file.
    pub fn screenshot(&self, path: &Path) {
        let answer = send(ureq::get(format!("{}/screenshot", self.session)).call());
        let png =
            base64::engine::general_purpose::STANDARD.decode(answer.as_str().expect("text")).expect("base64");
        std::fs::write(path, png).expect("the folder is writable");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn send(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Value {
    let mut answer = answer.expect("chromedriver answers");
    let mut body: Value = answer.body_mut().read_json().expect("JSON");
    body["value"].take()
}
