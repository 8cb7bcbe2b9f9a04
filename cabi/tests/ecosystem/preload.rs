//! The library loaded ahead of others: into programs linked with another libbcrypt, which it helps, and into programs
//! that know nothing of it, which must not notice.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::place::{Place, command, installed, source, succeeded, texts};
use crate::tool::found;

fn library() -> PathBuf {
    installed().join("lib/libbcrypt.so.0")
}

fn wrapper() -> String {
    installed().join("bin/with-bcrypt-shim").display().to_string()
}

/// Compiles one of this folder's sources.
fn compile(place: &Place, name: &str, flags: &str) -> PathBuf {
    let text = source().join("cabi/tests/ecosystem/sources").join(format!("{name}.c"));
    let headers = installed().join("include/bcrypt-shim");
    place.run(&format!(
        "cc -std=gnu11 -O1 -Wall -Wextra -Werror '{}' -I'{}' {flags} -o {name}",
        text.display(),
        headers.display()
    ));
    place.join(name)
}

/// A libbcrypt that has every function and implements none.
fn stub(place: &Place, soname: &str) {
    let functions: String = include_str!("../../exports.txt")
        .lines()
        .map(|name| format!("int {name}(void) {{ return (int)0xC0000002u; }}\n"))
        .collect();
    fs::write(place.join("stub.c"), functions).expect("writable");
    place.run(&format!(
        "mkdir lib && cc -shared -fPIC stub.c -Wl,-soname,{soname} -o lib/{soname}
         [ {soname} = libbcrypt.so ] || ln -s {soname} lib/libbcrypt.so"
    ));
}

#[test]
fn a_program_linked_with_another_libbcrypt_agrees_on_keys() {
    for soname in ["libbcrypt.so", "libbcrypt.so.0", "libbcrypt.so.7"] {
        let place = Place::new();
        stub(&place, soname);
        let (program, include) =
            (source().join("examples/ecdh_hmac.c"), installed().join("include/bcrypt-shim"));
        place.run(&format!(
            "cc '{}' -I'{include}' -I'{include}/compat' -Llib -lbcrypt -Wl,-rpath,$PWD/lib -o legacy",
            program.display(),
            include = include.display()
        ));
        // As it is, it gets the stub's answer.
        let output = place.command("./legacy").output().expect("it runs");
        let (out, err) = texts(&output);
        assert!(
            !output.status.success() && (out + &err).to_lowercase().contains("0xc0000002"),
            "{soname}: {err}"
        );
        // The same file, preloaded by the wrapper and by hand.
        for way in
            [format!("'{}' ./legacy", wrapper()), format!("LD_PRELOAD='{}' ./legacy", library().display())]
        {
            let printed = place.run(&way);
            assert!(printed.ends_with("ECDH P-256 with HMAC: both sides agree\n"), "{soname}: {printed}");
        }
    }
}

#[test]
fn the_wrapper_keeps_what_is_preloaded_already_and_the_exit_status() {
    let place = Place::new();
    fs::write(place.join("other.c"), "int other(void) { return 0; }\n").expect("writable");
    place.run("cc -shared -fPIC other.c -o other.so");
    let ask = format!("LD_PRELOAD=$PWD/other.so '{}' sh -c 'echo $LD_PRELOAD; exit 7' || echo $?", wrapper());
    let lib = installed().join("bin/../lib/libbcrypt.so.0").canonicalize().expect("installed");
    let printed = place.run(&ask);
    let mut words = printed.trim().split([':', '\n']);
    let first = Path::new(words.next().expect("ours")).canonicalize().expect("a file");
    assert_eq!(first, lib);
    assert_eq!(words.collect::<Vec<_>>(), [&*place.join("other.so").to_string_lossy(), "7"]);

    // Through a link from elsewhere, and with another library.
    place.run(&format!("ln -s '{}' link && ./link true", wrapper()));
    let named = format!("BCRYPT_SHIM_LIBRARY=$PWD/other.so '{}' sh -c 'echo $LD_PRELOAD'", wrapper());
    assert_eq!(place.run(&named).trim(), place.join("other.so").to_string_lossy());
    for (given, words) in [("/no/where.so", "is not there"), ("a b/lib.so", "can't take a path with a space")]
    {
        place.run("mkdir -p 'a b' && cp other.so 'a b/lib.so'");
        let run = format!("BCRYPT_SHIM_LIBRARY='{given}' '{}' true", wrapper());
        let output = place.command(&run).output().expect("bash runs");
        let (out, err) = texts(&output);
        assert_eq!((output.status.code(), out.as_str(), err.lines().count()), (Some(125), "", 1), "{err}");
        assert!(err.contains(words), "{err}");
    }
}

/// A certificate for localhost, a file and a Git repository to be served.
fn prepare(place: &Place) {
    place.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
           -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
         openssl genpkey -algorithm X25519 -out x1.pem && openssl genpkey -algorithm X25519 -out x2.pem
         openssl pkey -in x2.pem -pubout -out x2.pub
         seq 100000 > numbers
         mkdir served && cp numbers served",
    );
    fs::copy(source().join("cabi/tests/ecosystem/sources/serve.py"), place.join("serve.py"))
        .expect("writable");
}

const GIT: &str = "rm -rf work && git init -q -b main work && cd work && cp ../numbers . && git add numbers \
    && git -c user.name=n -c user.email=e@example.com commit -q -m first \
    && git log --format=%H%n%s --stat && git fsck --strict && git gc -q && git cat-file -s HEAD:numbers";

const HANDSHAKE: &str = r#"python3 -c '
import ssl, hashlib, hmac
there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile="cert.pem")
server.load_cert_chain("cert.pem", "key.pem")
sides = [client.wrap_bio(back, there, server_hostname="localhost"), server.wrap_bio(there, back, server_side=True)]
for _ in range(4):
    for side in sides:
        try: side.do_handshake()
        except ssl.SSLWantReadError: pass
sides[0].write(b"hello"); print(sides[1].read(5), sides[0].cipher(), ssl.OPENSSL_VERSION)
print(hashlib.sha3_256(b"x").hexdigest(), hmac.new(b"k", b"m", "sha256").hexdigest(), hashlib.scrypt(b"p", salt=b"s", n=2, r=1, p=1).hex())
'"#;

/// A tool and what is run of it. The dates of Git's commits are fixed, so their hashes are.
const PROGRAMS: [(&str, &str); 11] = [
    (
        "openssl",
        "openssl version -a && openssl list -digest-algorithms && openssl ciphers -v && openssl ecparam -list_curves",
    ),
    (
        "openssl",
        "openssl dgst -sha3-512 numbers && openssl enc -aes-256-ctr -K 00 -iv 00 -in numbers 2>&1 | cksum",
    ),
    (
        "openssl",
        "openssl pkeyutl -derive -inkey x1.pem -peerkey x2.pub | cksum && openssl x509 -in cert.pem -noout -text",
    ),
    ("openssl", "openssl speed -seconds 1 -bytes 1024 -evp aes-128-gcm 2>&1"),
    ("curl", "curl --version && curl -sS file://$PWD/numbers | cksum"),
    (
        "curl",
        "python3 serve.py cert.pem key.pem served curl -sS --cacert cert.pem https://localhost:PORT/numbers | cksum",
    ),
    ("python3", "python3 -c 'import ssl; print(len(ssl.create_default_context().get_ciphers()))'"),
    ("python3", HANDSHAKE),
    ("git", GIT),
    (
        "gnutls-cli",
        "gnutls-cli --list && certtool -i --infile cert.pem && certtool --to-rsa --infile key.pem 2>&1 || true",
    ),
    (
        "git",
        "rm -rf served/r.git && git init -q -b main --bare served/r.git && cd served/r.git \
         && git --work-tree=.. add ../numbers && git -c user.name=n -c user.email=e@example.com --work-tree=.. commit -q -m c \
         && git update-server-info && cd ../.. && rm -rf clone && python3 serve.py cert.pem key.pem served \
         git clone -q https://localhost:PORT/r.git clone && git -C clone log --format=%H",
    ),
];

/// What a program may print anew each time: numbers that are measured.
fn steady(script: &str, text: &str) -> String {
    if !script.starts_with("openssl speed") {
        return text.to_owned();
    }
    // The shape of each line stays; how many blanks stand before a number depends on it.
    let digits = text.replace(|letter: char| letter.is_ascii_digit() || letter == '.', "#");
    digits.split_whitespace().map(|word| word.trim_start_matches('#')).collect::<Vec<_>>().join(" ")
}

#[test]
fn programs_that_know_nothing_of_it_print_the_same() {
    if !found("programs to preload into", &["openssl", "python3"]) {
        return;
    }
    let place = Place::new();
    prepare(&place);
    for (tool, script) in PROGRAMS {
        if !found(script, &[tool]) {
            continue;
        }
        let run = |preloaded: bool| {
            let mut command = place.command(script);
            command
                .env("GIT_AUTHOR_DATE", "2000-01-01T00:00:00Z")
                .env("GIT_COMMITTER_DATE", "2000-01-01T00:00:00Z");
            command.env("GIT_SSL_CAINFO", place.join("cert.pem"));
            command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", place.path());
            if preloaded {
                command.env("LD_PRELOAD", library());
            }
            let output = command.output().expect("bash runs");
            let (out, err) = texts(&output);
            (output.status.code(), steady(script, &out), err)
        };
        let plain = run(false);
        assert!(plain.0 == Some(0) && !plain.1.is_empty(), "{script}: {plain:?}");
        assert_eq!(run(true), plain, "{script}");
    }
}

/// Whether a preloaded library is there at all, so that the tests above see one.
#[test]
fn it_is_in_the_programs_it_is_loaded_into() {
    let place = Place::new();
    let maps = place.run(&format!("'{}' cat /proc/self/maps", wrapper()));
    let name = format!("libbcrypt.so.{}", env!("CARGO_PKG_VERSION"));
    assert!(maps.lines().any(|line| line.ends_with(&name)), "{maps}");
}

#[test]
fn it_adds_little_to_the_start_and_the_memory_of_a_program() {
    let place = Place::new();
    let measure = compile(&place, "measure", "");
    let program =
        ["/bin/true", "/usr/bin/true"].into_iter().find(|path| Path::new(path).exists()).expect("true");
    // The shortest of many runs hardly depends on what else the machine does; a busy one gets further tries.
    let mut seen = Vec::new();
    for _ in 0..5 {
        let mut run = command(&measure.display().to_string());
        run.arg("60").arg(library()).arg(program);
        let printed = succeeded("measure", run);
        let numbers: Vec<i64> =
            printed.split_whitespace().map(|word| word.parse().expect("a number")).collect();
        let (time, memory) = (numbers[2] - numbers[0], numbers[3] - numbers[1]);
        // Less than a page would mean that nothing was loaded.
        assert!((100..=3 * 1024).contains(&memory), "{memory} KB of memory");
        seen.push(time);
        if time < 1000 {
            return;
        }
    }
    panic!("it takes {seen:?} microseconds to start");
}

#[test]
fn fork_exec_and_endless_loading_and_unloading() {
    let place = Place::new();
    let lib = installed().join("lib").display().to_string();
    let flags = format!("-L'{lib}' -lbcrypt -Wl,-rpath,'{lib}' -ldl -lpthread");
    let program = compile(&place, "life", &flags);
    for preloaded in [false, true] {
        let mut run = command(&program.display().to_string());
        run.arg(library());
        if preloaded {
            run.env("LD_PRELOAD", library());
        }
        assert_eq!(succeeded("life", run), "");
    }
    // Static: what it loads in the loop is a second library with its own state.
    #[cfg(target_env = "gnu")]
    {
        let program = compile(&place, "life", &format!("'{lib}/libbcrypt.a' -ldl -lpthread -lm"));
        let mut run = command(&program.display().to_string());
        run.arg(library());
        assert_eq!(succeeded("life, static", run), "");
    }
}

/// A static program has no loader that could preload anything.
#[test]
fn static_programs_run_as_they_did() {
    let place = Place::new();
    fs::write(place.join("hello.c"), "#include <stdio.h>\nint main(void) { return puts(\"hello\") < 0; }\n")
        .expect("writable");
    for (compiler, kind) in [("cc", "-static"), ("cc", "-static-pie"), ("musl-gcc", "-static")] {
        if !found(&format!("{kind} by {compiler}"), &[compiler]) {
            continue;
        }
        place.run(&format!("{compiler} {kind} hello.c -o hello"));
        assert_eq!(place.run(&format!("'{}' ./hello", wrapper())), "hello\n", "{compiler} {kind}");
    }
}

/// Nothing is written into a program's output, even where there is none.
#[test]
fn a_program_without_standard_streams() {
    let place = Place::new();
    let script = format!("'{}' sh -c 'exec 0<&- 1>&- 2>&-; exec \"$0\"' ./program", wrapper());
    fs::write(place.join("program"), "#!/bin/sh\nls /proc/self/fd > seen\n").expect("writable");
    fs::set_permissions(place.join("program"), fs::Permissions::from_mode(0o755)).expect("ours");
    place.run(&script);
    let opened = fs::read_to_string(place.join("seen")).expect("it ran");
    place.run("sh -c 'exec 0<&- 1>&- 2>&-; exec \"$0\"' ./program");
    assert_eq!(opened, fs::read_to_string(place.join("seen")).expect("it ran"));
}
