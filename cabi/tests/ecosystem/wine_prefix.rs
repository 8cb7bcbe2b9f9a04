//! `scripts/wine-bcrypt-shim` on folders that look like Wine prefixes; `scripts/judge/conformance-twin` has a real one.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;

use crate::place::{Place, source, texts};
use crate::tool::skipped;

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

/// The processors in a PE header.
const X86_64: u16 = 0x8664;
const I686: u16 = 0x14C;
const AARCH64: u16 = 0xAA64;

const OURS: &str = "bcrypt_shim_version";
const WINES: &str = "Wine builtin DLL";

struct Prefix(Place);

impl Prefix {
    /// A prefix for programs of one processor with Wine's placeholder, and beside it the library.
    fn new(registry: &str) -> Self {
        Self::with(registry, &[("system32", X86_64)])
    }

    fn with(registry: &str, folders: &[(&str, u16)]) -> Self {
        let made = Self(Place::new());
        for &(folder, machine) in folders {
            fs::create_dir_all(made.windows(folder)).expect("the folder is writable");
            fs::write(made.windows(folder).join("ntdll.dll"), dll(machine, WINES)).expect("as above");
            fs::write(made.windows(folder).join("bcrypt.dll"), dll(machine, WINES)).expect("as above");
        }
        fs::write(made.0.join("prefix/system.reg"), "WINE REGISTRY Version 2\n#arch=win64\n")
            .expect("as above");
        fs::write(made.registry(), registry).expect("as above");
        fs::write(made.0.join("ours.dll"), dll(X86_64, OURS)).expect("as above");
        fs::write(made.0.join("short.dll"), dll(I686, OURS)).expect("as above");
        made
    }

    fn windows(&self, folder: &str) -> PathBuf {
        self.0.join("prefix/drive_c/windows").join(folder)
    }

    fn system32(&self) -> PathBuf {
        self.windows("system32")
    }

    fn registry(&self) -> PathBuf {
        self.0.join("prefix/user.reg")
    }

    fn put(&self, mark: &str) {
        fs::write(self.system32().join("bcrypt.dll"), dll(X86_64, mark)).expect("the folder is writable");
    }

    fn there(&self) -> Vec<u8> {
        self.content("system32")
    }

    fn content(&self, folder: &str) -> Vec<u8> {
        fs::read(self.windows(folder).join("bcrypt.dll")).expect("the file is there")
    }

    /// Runs the script; its exit code and what it says.
    fn run(&self, arguments: &str) -> (i32, String) {
        let script = format!("{}/scripts/wine-bcrypt-shim {arguments}", source().display());
        let mut command = self.0.command(&script);
        // No library that happens to be built is found.
        let output = command.env("BCRYPT_SHIM_CACHE", self.0.join("cache")).output().expect("bash runs");
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
        assert_eq!(prefix.there(), dll(X86_64, OURS));
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
    fs::write(prefix.system32().join("bcrypt.dll"), dll(X86_64, OURS)).expect("as above");
    prefix.refuses("status prefix", "Wine is told to load ''");
}

#[test]
fn wines_file_that_came_back_is_no_reason_to_stay() {
    let prefix = Prefix::new(REGISTRY);
    assert_eq!(prefix.run(INSTALL).0, 0);
    prefix.put(WINES);
    prefix.refuses("status prefix", "was changed since: it is wine");
    assert_eq!(prefix.run(INSTALL).0, 0);
    prefix.put(WINES);
    let before = prefix.there();
    assert_eq!(prefix.run("remove prefix").0, 0);
    assert_eq!(prefix.there(), before);
    assert_eq!(fs::read_to_string(prefix.registry()).expect("it is there"), REGISTRY);
    assert!(!prefix.0.tree().iter().any(|file| file.contains("of-wine") || file.contains("installed")));
}

#[test]
fn both_kinds_of_programs_find_theirs() {
    let prefix = Prefix::with(REGISTRY, &[("system32", X86_64), ("syswow64", I686)]);
    let (before, wines) = (prefix.0.tree(), [prefix.there(), prefix.content("syswow64")]);
    let (code, said) = prefix.run(INSTALL);
    assert!(code == 0 && said.contains("programs for i686 keep Wine's own"), "{said}");
    assert_eq!([prefix.there(), prefix.content("syswow64")], [dll(X86_64, OURS), wines[1].clone()]);
    // The second one later, and the first stays noted when the second is installed again alone.
    assert_eq!(
        prefix.run("install --dll ours.dll --dll short.dll prefix"),
        (0, "installed in prefix\n".to_owned())
    );
    assert_eq!([prefix.there(), prefix.content("syswow64")], [dll(X86_64, OURS), dll(I686, OURS)]);
    assert_eq!(prefix.run(INSTALL).0, 0);
    assert_eq!(prefix.run("status prefix").0, 0);
    fs::write(prefix.windows("syswow64").join("bcrypt.dll"), dll(I686, "by hand")).expect("writable");
    prefix.refuses("status prefix", "bcrypt.dll in syswow64 was changed since: it is other");
    prefix.refuses("remove prefix", "was changed after it was installed");
    prefix.refuses("install --dll ours.dll --dll short.dll prefix", "neither Wine's nor this library's");
    fs::write(prefix.windows("syswow64").join("bcrypt.dll"), dll(I686, OURS)).expect("writable");
    assert_eq!(prefix.run("remove prefix").0, 0);
    assert_eq!((prefix.0.tree(), [prefix.there(), prefix.content("syswow64")]), (before, wines));
}

/// As in the tarball: a folder for each processor beside the script.
#[test]
fn the_dlls_beside_the_script_are_found() {
    for (machine, name) in [(X86_64, "x86_64"), (I686, "i686"), (AARCH64, "aarch64")] {
        let prefix = Prefix::with(REGISTRY, &[("system32", machine)]);
        fs::copy(source().join("scripts/wine-bcrypt-shim"), prefix.0.join("wine-bcrypt-shim"))
            .expect("the folder is writable");
        let install = "BCRYPT_SHIM_CACHE=none ./wine-bcrypt-shim install prefix 2>&1 || [ $? = 2 ]";
        assert!(prefix.0.run(install).contains(&format!("no bcrypt.dll for {name} was found")));
        fs::create_dir(prefix.0.join(name)).expect("as above");
        fs::write(prefix.0.join(name).join("bcrypt.dll"), dll(machine, OURS)).expect("as above");
        assert_eq!(prefix.0.run(install), "installed in prefix\n");
        assert_eq!(prefix.there(), dll(machine, OURS));
    }
}

#[test]
fn links_stay_links() {
    let prefix = Prefix::new(REGISTRY);
    let (there, wines) = (prefix.system32().join("bcrypt.dll"), prefix.0.join("of-the-distribution.dll"));
    fs::rename(&there, &wines).expect("the folder is writable");
    symlink(&wines, &there).expect("as above");
    assert_eq!(prefix.run(INSTALL).0, 0);
    assert_eq!((prefix.there(), fs::read(&wines).expect("there")), (dll(X86_64, OURS), dll(X86_64, WINES)));
    assert_eq!(prefix.run("remove prefix").0, 0);
    assert_eq!(fs::read_link(&there).expect("a link"), wines);
    fs::remove_file(&wines).expect("it is there");
    prefix.refuses(INSTALL, "neither Wine's nor this library's");
}

/// A running Wine holds a lock in a folder named after the prefix.
#[test]
fn a_prefix_in_use() {
    let prefix = Prefix::new(REGISTRY);
    symlink("prefix", prefix.0.join("link")).expect("the folder is writable");
    let held = fs::metadata(prefix.0.join("prefix")).expect("it is there");
    let server = PathBuf::from(format!("/tmp/.wine-{}", held.uid()));
    let folder = server.join(format!("server-{:x}-{:x}", held.dev(), held.ino()));
    fs::create_dir_all(&folder).expect("/tmp is writable");
    let lock = fs::File::create(folder.join("lock")).expect("as above");
    lock.lock().expect("nobody else has it");
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    if locks.contains(&format!(":{} ", lock.metadata().expect("open").ino())) {
        for arguments in [INSTALL, "install --dll ours.dll link", "install --dll ours.dll prefix/"] {
            prefix.refuses(arguments, "is in use");
        }
    } else {
        skipped("a prefix in use", "/proc/locks does not show locks here");
    }
    lock.unlock().expect("it was locked");
    assert_eq!(prefix.run(INSTALL).0, 0);
    lock.lock().expect("nobody else has it");
    if !locks.is_empty() {
        prefix.refuses("remove prefix", "is in use");
    }
    fs::remove_dir_all(&folder).expect("it is ours");
    // Elsewhere, as in Debian, there is but the server that works in such a folder.
    let elsewhere = prefix.0.join("run").join(folder.file_name().expect("its name"));
    fs::create_dir_all(&elsewhere).expect("the folder is writable");
    let mut server_process =
        Command::new("sleep").arg("600").current_dir(&elsewhere).spawn().expect("sleep runs");
    let (code, said) = prefix.run("remove prefix");
    server_process.kill().and_then(|()| server_process.wait()).expect("it is ours");
    assert!(!cfg!(target_os = "linux") || code == 2 && said.contains("is in use"), "{code} {said}");
    // Not that of another prefix.
    let _ = fs::remove_dir(server);
}

/// Another user than root, whom nothing stops, finds each of the places unwritable.
#[test]
fn what_cannot_be_written() {
    let prefix = Prefix::new(REGISTRY);
    let root = prefix.0.run("id -u").trim() == "0";
    let user = if root { "setpriv --reuid=65534 --regid=65534 --clear-groups bash" } else { "bash" };
    fs::copy(source().join("scripts/wine-bcrypt-shim"), prefix.0.join("script")).expect("writable");
    if root {
        if prefix.0.run("setpriv --version >/dev/null 2>&1 && echo there || true").is_empty() {
            return skipped("a prefix that can't be written", "setpriv not found");
        }
        prefix.0.run("chown -R 65534:65534 .");
    }
    let run = |arguments: &str| {
        let output = prefix.0.command(&format!("{user} ./script {arguments}")).output().expect("bash runs");
        let (out, err) = texts(&output);
        (output.status.code().unwrap_or(-1), out + &err)
    };
    let each = |verb: &str| {
        let state = || (prefix.0.tree(), prefix.there(), fs::read(prefix.registry()).expect("there"));
        for place in ["prefix", "prefix/drive_c/windows/system32", "prefix/user.reg"] {
            prefix.0.run(&format!("chmod a-w {place}"));
            let before = state();
            let (code, said) = run(verb);
            assert!(
                code == 2 && said.contains(&format!("{place} can't be written")),
                "{place}: {code} {said}"
            );
            assert!(state() == before, "{place}: something was changed");
            prefix.0.run(&format!("chmod u+w {place}"));
        }
    };
    each(INSTALL);
    assert_eq!(run(INSTALL), (0, "installed in prefix\n".to_owned()));
    each("remove prefix");
    assert_eq!(run("remove prefix"), (0, "removed from prefix\n".to_owned()));
}

#[test]
fn its_own_notes_changed_by_hand() {
    let prefix = Prefix::new(REGISTRY);
    let kept = prefix.system32().join("bcrypt.dll.of-wine");
    fs::write(&kept, "somebody's").expect("the folder is writable");
    prefix.refuses(INSTALL, "is another's");
    fs::remove_file(&kept).expect("it is there");
    assert_eq!(prefix.run(INSTALL).0, 0);
    fs::write(prefix.0.join("prefix/bcrypt-shim.installed"), "nothing\n").expect("writable");
    for arguments in ["remove prefix", "status prefix"] {
        prefix.refuses(arguments, "was changed by hand");
    }
    prefix.refuses(INSTALL, "was not installed by this script");
}

#[test]
fn what_is_no_prefix_and_no_dll() {
    let prefix = Prefix::new(REGISTRY);
    prefix.refuses("install --dll ours.dll nowhere", "is no folder");
    prefix.refuses("install --dll ours.dll .", "is no Wine prefix");
    prefix.refuses("install --dll missing.dll prefix", "no such file");
    fs::create_dir_all(prefix.0.join("steam/pfx")).expect("the folder is writable");
    fs::write(prefix.0.join("steam/pfx/system.reg"), "").expect("as above");
    prefix.refuses("install --dll ours.dll steam", "but steam/pfx is");
    fs::write(prefix.0.join("other.dll"), dll(X86_64, "another library")).expect("the folder is writable");
    prefix.refuses("install --dll other.dll prefix", "is not this library");
    prefix.refuses("install --dll short.dll prefix", "is for x86_64 programs, and short.dll is not");
    fs::write(prefix.0.join("text.dll"), OURS).expect("as above");
    prefix.refuses("install --dll text.dll prefix", "is no DLL");
    for usage in ["", "install", "install --dll", "sell prefix", "status prefix another"] {
        assert_eq!(prefix.run(usage).0, 2, "{usage}");
    }
    let short = Prefix::with(REGISTRY, &[("system32", I686)]);
    short.refuses(INSTALL, "is for i686 programs, and ours.dll is not");
    assert_eq!(short.run("install --dll short.dll prefix").0, 0);
    assert_eq!(short.there(), dll(I686, OURS));
}
