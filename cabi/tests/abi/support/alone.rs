//! Tests that need the process to themselves: the test program is started again with only that test to run.

use std::process::Command;

const MARK: &str = "BCRYPT_TEST_ALONE";

/// Runs `body` in a process of its own. `test` is the path of the test that calls this.
pub fn alone(test: &str, body: impl FnOnce()) {
    if std::env::var_os(MARK).is_some() {
        return body();
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args([test, "--exact", "--test-threads=1", "--nocapture"]).env(MARK, "1");
    let output = again.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{test} exists: {output:?}");
}
