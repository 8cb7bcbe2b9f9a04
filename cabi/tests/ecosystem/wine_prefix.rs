//! `scripts/wine-bcrypt-shim` on folders that look like Wine prefixes; `scripts/judge/conformance-twin` has a real one.

use std::fs;
use std::path::PathBuf;

use crate::place::{Place, source, texts};

const REGISTRY: &str = "WINE REGISTRY Version 2\n\n#arch=win64\n\n[Software\\\\Wine\\\\DllOverrides] 1700000000\n\
    #time=1da\n\"riched20\"=\"native\"\n\n[Software\\\\Wine\\\\Fonts] 1700000000\n\"Codepages\"=\"1252,437\"\n";
const OVERRIDE: &str = "\"bcrypt\"=\"native,builtin\"\n";

/// The first bytes of a DLL, with a mark behind them.
fn dll(machine: u16, mark: &str) -> Vec<u8> {
    let mut bytes = vec![0; 0x40];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3C] = 0x80;
    bytes.extend(mark.as_bytes());
    bytes.resize(0x80, 0);
    bytes.extend(b"PE\0\0");
    bytes.extend(machine.to_le_bytes());
    bytes
}

struct Prefix(Place);

impl Prefix {
    /// A prefix with Wine's placeholder, and beside it the library.
    fn new(registry: &str) -> Self {
        let made = Self(Place::new());
        fs::create_dir_all(made.system32()).expect("the folder is writable");
        fs::write(made.0.join("prefix/system.reg"), "WINE REGISTRY Version 2\n#arch=win64\n")
            .expect("as above");
        fs::write(made.registry(), registry).expect("as above");
        made.put("Wine builtin DLL");
        fs::write(made.0.join("ours.dll"), dll(0x8664, "bcrypt_shim_version")).expect("as above");
        made
    }

    fn system32(&self) -> PathBuf {
        self.0.join("prefix/drive_c/windows/system32")
    }

    fn registry(&self) -> PathBuf {
        self.0.join("prefix/user.reg")
    }

    fn put(&self, mark: &str) {
        fs::write(self.system32().join("bcrypt.dll"), dll(0x8664, mark)).expect("the folder is writable");
    }

    fn there(&self) -> Vec<u8> {
        fs::read(self.system32().join("bcrypt.dll")).expect("the file is there")
    }

    /// Runs the script; its exit code and what it says.
    fn run(&self, arguments: &str) -> (i32, String) {
        let script = format!("{}/scripts/wine-bcrypt-shim {arguments}", source().display());
        let output = self.0.command(&script).output().expect("bash runs");
        let (out, err) = texts(&output);
        (output.status.code().unwrap_or(-1), out + &err)
    }

    fn refuses(&self, arguments: &str, reason: &str) {
        let (before, registry) = (self.0.tree(), fs::read(self.registry()).ok());
        let (code, said) = self.run(arguments);
        assert!(code == 2 && said.contains(reason), "{arguments}: {code} {said}");
        assert_eq!(
            (self.0.tree(), fs::read(self.registry()).ok()),
            (before, registry),
            "nothing was changed"
        );
    }
}

const INSTALL: &str = "install --dll ours.dll prefix";

#[test]
fn it_goes_in_and_out_and_leaves_everything_as_it_was() {
    let others = REGISTRY.replace("\"riched20\"=\"native\"\n", "");
    let none =
        "WINE REGISTRY Version 2\n\n[Software\\\\Wine\\\\Fonts] 1700000000\n\"Codepages\"=\"1252,437\"\n";
    let own = REGISTRY.replace("\"riched20\"", "\"bcrypt\"");
    for (registry, given_back) in
        [(REGISTRY, REGISTRY), (&others, &others), (&own, &own)].into_iter().chain([(none, "")])
    {
        let prefix = Prefix::new(registry);
        let (before, wines) = (prefix.0.tree(), prefix.there());
        assert_eq!(prefix.run("status prefix"), (1, "not installed; bcrypt.dll is wine\n".to_owned()));
        for _ in 0..2 {
            assert_eq!(prefix.run(INSTALL), (0, "installed in prefix\n".to_owned()));
        }
        assert_eq!(prefix.there(), dll(0x8664, "bcrypt_shim_version"));
        let text = fs::read_to_string(prefix.registry()).expect("it is there");
        assert_eq!(text.matches(OVERRIDE).count(), 1, "{text}");
        assert_eq!(prefix.run("status prefix"), (0, "installed\n".to_owned()));
        assert_eq!(prefix.run("remove prefix"), (0, "removed from prefix\n".to_owned()));
        assert_eq!((prefix.0.tree(), prefix.there()), (before, wines));
        let text = fs::read_to_string(prefix.registry()).expect("it is there");
        // A key that was not there stays, without a value.
        let expected = if given_back.is_empty() { text.starts_with(none) } else { text == given_back };
        assert!(expected && !text.contains(OVERRIDE), "{text}");
    }
}

#[test]
fn what_it_did_not_put_there_stays() {
    let prefix = Prefix::new(REGISTRY);
    prefix.refuses("remove prefix", "is not installed");
    prefix.put("somebody else's");
    prefix.refuses(INSTALL, "neither Wine's nor this library's");
    prefix.put("bcrypt_shim_version, by hand");
    prefix.refuses(INSTALL, "was not installed by this script");
    prefix.put("Wine placeholder DLL");
    assert_eq!(prefix.run(INSTALL).0, 0);
    prefix.put("changed by hand");
    prefix.refuses("remove prefix", "was changed after it was installed");
    prefix.refuses("status prefix", "was changed since");
    fs::write(prefix.registry(), REGISTRY).expect("the file is writable");
    fs::write(prefix.system32().join("bcrypt.dll"), dll(0x8664, "bcrypt_shim_version")).expect("as above");
    prefix.refuses("status prefix", "Wine is told to load ''");
}

#[test]
fn what_is_no_prefix_and_no_dll() {
    let prefix = Prefix::new(REGISTRY);
    prefix.refuses("install --dll ours.dll nowhere", "is no folder");
    prefix.refuses("install --dll ours.dll .", "is no Wine prefix");
    prefix.refuses("install --dll missing.dll prefix", "no such file");
    fs::write(prefix.0.join("other.dll"), dll(0x8664, "another library")).expect("the folder is writable");
    prefix.refuses("install --dll other.dll prefix", "is not this library");
    fs::write(prefix.0.join("short.dll"), dll(0x14C, "bcrypt_shim_version")).expect("as above");
    prefix.refuses("install --dll short.dll prefix", "is no 64-bit DLL");
    for usage in ["", "install", "install --dll", "sell prefix", "status prefix another"] {
        assert_eq!(prefix.run(usage).0, 2, "{usage}");
    }
    fs::write(prefix.0.join("prefix/system.reg"), "#arch=win32\n").expect("as above");
    prefix.refuses(INSTALL, "for 32-bit programs alone");
}
