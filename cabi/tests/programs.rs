//! The examples are Windows source: a Windows compiler takes them as they are, and so does ours, and then they run.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly, and tells what it skips"
)]

#[path = "support/artefact.rs"]
mod artefact;
#[path = "header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;
#[path = "support/openssl.rs"]
#[allow(dead_code, reason = "the tests of the C interface use the rest")]
mod openssl;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use compiler::{accepted, found, includes, run};

const C: [&str; 8] = [
    "dh_group14.c",
    "ecdh_hmac.c",
    "x25519_hkdf.c",
    "ecdh_peer_file.c",
    "checksum.c",
    "secure_session.c",
    "hybrid_exchange.c",
    "signed_message.c",
];
const CPP: &str = "ecdh_raii.cpp";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// A folder that holds the library under the names a linker and a loader look for.
fn installed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = compiler::folder().join("lib");
        fs::create_dir_all(&folder).expect("the target directory is writable");
        let suffix = std::env::consts::DLL_SUFFIX;
        let loaded = if cfg!(target_os = "macos") { "libbcrypt.0.dylib" } else { "libbcrypt.so.0" };
        for name in [&format!("libbcrypt{suffix}"), loaded] {
            // A link of an earlier run may be there, or none.
            let _ = fs::remove_file(folder.join(name));
            symlink(artefact::library(), folder.join(name)).expect("the target directory is writable");
        }
        folder
    })
}

/// Compiles a source as a user does, into a program of this name.
fn build(source: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let program = compiler::folder().join(name);
    let cpp = source.extension().is_some_and(|extension| extension == "cpp");
    let (compiler, standard) = if cpp { ("c++", "-std=c++17") } else { ("cc", "-std=c11") };
    let lib = installed().display();
    let mut arguments = vec![standard.to_owned(), "-O1".into()];
    arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
    arguments.extend(includes().iter().map(|folder| format!("-I{}", folder.display())));
    arguments.extend(["-o".into(), program.display().to_string(), source.display().to_string()]);
    arguments.extend([format!("-L{lib}"), format!("-Wl,-rpath,{lib}"), "-lbcrypt".into()]);
    accepted(&run(compiler, arguments), name);
    program
}

fn execute(program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(compiler::folder()).output().expect("the program runs")
}

/// Runs a program that must succeed, and gives what it printed.
fn printed(program: &Path, arguments: &[&str]) -> String {
    let output = execute(program, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{}: {} {error}", program.display(), output.status);
    String::from_utf8(output.stdout).expect("the programs print ASCII")
}

/// Builds an example with wide characters of 32 and of 16 bits and wants these lines from both.
fn example_prints(name: &str, lines: &[&str]) {
    for flags in [&[][..], &["-fshort-wchar"]] {
        let program = build(&example(name), &format!("{name}{}.out", flags.concat()), flags);
        let text = printed(&program, &[]);
        for line in lines {
            assert!(
                text.lines().any(|found| found.starts_with(line)),
                "{name} {flags:?} lacks {line:?}:\n{text}"
            );
        }
    }
}

/// The rest of the line that begins like this.
fn rest<'a>(text: &'a str, start: &str) -> &'a str {
    text.lines().find_map(|line| line.strip_prefix(start)).expect("the line is there").trim()
}

#[test]
fn dh_group14_agrees() {
    example_prints("dh_group14.c", &["Alice's master secret ", "DH group 14: both sides agree"]);
    let text = printed(&compiler::folder().join("dh_group14.c.out"), &[]);
    assert_eq!(rest(&text, "Alice's master secret").len(), 2 * 48);
    assert_eq!(rest(&text, "Alice's SHA-256").len(), 2 * 32);
}

#[test]
fn ecdh_hmac_agrees() {
    example_prints(
        "ecdh_hmac.c",
        &["client's public blob 45434b3120000000", "ECDH P-256 with HMAC: both sides agree"],
    );
}

/// The secret is that of RFC 7748 section 6.1; the two keys are HKDF-SHA256 of it, computed with Python's hmac.
#[test]
fn x25519_hkdf_has_the_known_answers() {
    example_prints(
        "x25519_hkdf.c",
        &[
            "Alice's secret 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
            "Bob's   secret 4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
            "HKDF with salt 3993bfb8dcbdb1c5c09b23bebedcedfb656f71e1bfb5d58b4035677fc344f26c",
            "HKDF expanded  725bf6185a2f4d41d997f330847e3645281a2ab271c292c1c0be53f839d86921",
            "X25519 with HKDF: both sides agree",
        ],
    );
}

#[test]
fn ecdh_peer_file_reads_what_another_run_wrote() {
    example_prints(
        "ecdh_peer_file.c",
        &["read 104 bytes from peer.blob", "ECDH P-384 with a file: both sides agree"],
    );
    let program = compiler::folder().join("ecdh_peer_file.c.out");
    let text = printed(&program, &["peer.blob"]);
    assert_eq!(rest(&text, "derived").len(), 2 * 48);
}

#[test]
fn ecdh_peer_file_reports_a_bad_file() {
    let program = build(&example("ecdh_peer_file.c"), "bad_peer_file", &[]);
    for (name, bytes) in [("empty.blob", &[][..]), ("garbage.blob", &[0x55; 104])] {
        fs::write(compiler::folder().join(name), bytes).expect("the target directory is writable");
        let output = execute(&program, &[name]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(error.starts_with("BCryptImportKeyPair: 0xc00000"), "{name}: {error}");
    }
    assert_eq!(execute(&program, &["no such file"]).status.code(), Some(1));
}

#[test]
fn ecdh_raii_agrees() {
    if !found("c++") {
        return;
    }
    example_prints(
        CPP,
        &["a point off the curve is refused: BCryptImportKeyPair: 0xc000000d", "ECDH P-256 in C++: both"],
    );
}

#[test]
fn the_services_of_windows_h_work() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/header/sources/windows.c");
    let program = build(&source, "windows", &[]);
    assert!(execute(&program, &[]).status.success());
}

/// The same sources for Windows itself, with its headers as mingw-w64 has them.
#[test]
fn windows_compilers_take_the_examples() {
    for (compiler, standard, names) in
        [("x86_64-w64-mingw32-gcc", "-std=gnu11", &C[..]), ("x86_64-w64-mingw32-g++", "-std=gnu++17", &[CPP])]
    {
        if !found(compiler) {
            continue;
        }
        for name in names {
            let (source, program) = (example(name), compiler::folder().join(format!("{name}.exe")));
            let libraries = ["-lbcrypt".as_ref(), "-lws2_32".as_ref()];
            let paths = ["-o".as_ref(), program.as_os_str(), source.as_os_str()].into_iter().chain(libraries);
            accepted(&run(compiler, [standard.as_ref()].into_iter().chain(paths)), name);
        }
    }
}

/// Starts a receiver on any port, and tells which.
fn receiver(command: &mut Command, file: &str, extra: &[&str]) -> (Child, String) {
    listener(command.args(["receive", "0", file]).args(extra))
}

/// Starts a program that takes any port and tells which.
fn listener(command: &mut Command) -> (Child, String) {
    command.current_dir(compiler::folder());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs");
    let mut line = String::new();
    let read = BufReader::with_capacity(1, child.stdout.as_mut().expect("it is piped")).read_line(&mut line);
    read.expect("it tells its port");
    let port = line.trim().strip_prefix("port ").unwrap_or_else(|| panic!("no port: {line}")).to_owned();
    (child, port)
}

/// 100 MB from one process to another; and of a spoilt record nothing is written.
#[test]
fn secure_session_sends_a_file() {
    let program = build(&example("secure_session.c"), "secure_session.out", &[]);
    let folder = compiler::folder();
    let bytes: Vec<u8> =
        (0..100_000_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    // Without arguments, as scripts/demo runs it: both ends in turn, and no child stays behind.
    let alone = printed(&program, &[]);
    assert!(alone.ends_with("received: 7 records, and the hash is right\n"), "{alone}");
    fs::write(folder.join("session.in"), &bytes).expect("the folder is writable");
    for extra in [&[][..], &["--hash"]] {
        let (child, port) = receiver(&mut Command::new(&program), "session.out", extra);
        let text = printed(&program, &[&["send", &port, "session.in"], extra].concat());
        assert_eq!(text, "sent: 1528 records, and the hash is right\n");
        assert!(child.wait_with_output().expect("it ends").status.success());
        assert!(fs::read(folder.join("session.out")).is_ok_and(|received| received == bytes));
    }
    let (child, port) = receiver(&mut Command::new(&program), "session.out", &[]);
    let sender = execute(&program, &["send", &port, "session.in", "--flip", "3"]);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((sender.status.code(), output.status.code()), (Some(1), Some(1)));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "record 3 is refused: 0xc000a002\n");
    // Record 0 tells the size; 1 and 2 are text.
    let written = fs::read(folder.join("session.out")).expect("it was written");
    assert!(written.len() == 2 * 65_536 && bytes.starts_with(&written), "{} bytes", written.len());
    fs::remove_file(folder.join("session.in")).expect("the folder is writable");
}

/// The program for Windows is the other end, under Wine, whose bcrypt has no HKDF.
#[test]
fn secure_session_talks_to_wine() {
    let mingw = "x86_64-w64-mingw32-gcc";
    if !found(mingw) || !found("wine") {
        return;
    }
    let (native, twin) =
        (build(&example("secure_session.c"), "secure_session_peer", &[]), "secure_session.exe");
    let source = example("secure_session.c");
    let arguments =
        ["-o".as_ref(), twin.as_ref(), source.as_os_str(), "-lbcrypt".as_ref(), "-lws2_32".as_ref()];
    let compiled =
        Command::new(mingw).args(arguments).current_dir(compiler::folder()).output().expect("it runs");
    accepted(&compiled, twin);
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|index| (index * 7 / 5) as u8).collect();
    fs::write(compiler::folder().join("wine.in"), &bytes).expect("the folder is writable");
    let wine = || {
        let mut command = Command::new("wine");
        command.arg(twin).env("WINEDEBUG", "-all").current_dir(compiler::folder());
        command
    };
    let (child, port) = receiver(&mut Command::new(&native), "native.out", &["--hash"]);
    let sender = wine().args(["send", &port, "wine.in", "--hash"]).output().expect("wine runs");
    assert!(sender.status.success(), "{}", String::from_utf8_lossy(&sender.stderr));
    assert!(child.wait_with_output().expect("it ends").status.success());
    let (child, port) = receiver(&mut wine(), "wine.out", &["--hash"]);
    printed(&native, &["send", &port, "wine.in", "--hash"]);
    assert!(child.wait_with_output().expect("it ends").status.success());
    for received in ["native.out", "wine.out"] {
        assert!(
            fs::read(compiler::folder().join(received)).is_ok_and(|received| received == bytes),
            "{received}"
        );
    }
}

/// The values of a transcript's lines.
struct Transcript(Vec<(String, Vec<u8>)>);

impl Transcript {
    fn read(name: &str) -> Transcript {
        let text = fs::read_to_string(compiler::folder().join(name)).expect("it was written");
        let lines = text.lines().map(|line| {
            let (what, digits) = line.split_once(' ').expect("a name and a value");
            let byte = |index| u8::from_str_radix(&digits[index..index + 2], 16).expect("two digits");
            (what.to_owned(), (0..digits.len()).step_by(2).map(byte).collect())
        });
        Transcript(lines.collect())
    }

    fn get(&self, name: &str) -> &[u8] {
        let found = self.0.iter().find(|(what, _)| what == name);
        &found.unwrap_or_else(|| panic!("the transcript has no {name}")).1
    }
}

/// HMAC-SHA256 (RFC 2104) with a key of a digest's length.
fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let pad = |byte: u8| -> Vec<u8> { (0..64).map(|i| key.get(i).unwrap_or(&0) ^ byte).collect() };
    let inner =
        parts.iter().fold(Sha256::new().chain_update(pad(0x36)), |hash, part| hash.chain_update(part));
    Sha256::new().chain_update(pad(0x5C)).chain_update(inner.finalize()).finalize().into()
}

/// What the client computed and both sent, again with other implementations: RustCrypto's ML-KEM, SHA-2 and AES-GCM, and
/// x25519-dalek; and the server's side of X25519.
#[test]
fn hybrid_exchange_can_be_replayed() {
    use aes_gcm::aead::{Aead, KeyInit, Payload};
    use ml_kem::FromSeed;
    use ml_kem::kem::{Decapsulate, KeyExport};
    use sha2::{Digest, Sha256};
    use x25519_dalek::{PublicKey, StaticSecret};

    let text = "both secrets into one key";
    let programs = [&[][..], &["-fshort-wchar"]].map(|flags: &[&str]| {
        build(&example("hybrid_exchange.c"), &format!("hybrid_exchange{}.out", flags.concat()), flags)
    });
    for (server, client) in [(&programs[0], &programs[1]), (&programs[1], &programs[0])] {
        let (child, port) = listener(Command::new(server).args(["listen", "0", "hybrid.server"]));
        assert_eq!(
            printed(client, &["connect", &port, text, "hybrid.client"]),
            format!("came back: {text}\n")
        );
        assert!(child.wait_with_output().expect("it ends").status.success());
        let (ours, theirs) = (Transcript::read("hybrid.client"), Transcript::read("hybrid.server"));
        for (one, other) in
            [("client-share", "client-share"), ("server-share", "server-share"), ("sent", "received")]
        {
            assert_eq!(ours.get(one), theirs.get(other), "{one}");
        }
        let (client_share, server_share) = (ours.get("client-share"), ours.get("server-share"));
        let seed = ours.get("mlkem-seed").try_into().expect("64 bytes");
        let (dk, ek) = ml_kem::MlKem768::from_seed(&seed);
        let scalars = [&ours, &theirs].map(|side| {
            StaticSecret::from(<[u8; 32]>::try_from(side.get("x25519-scalar")).expect("32 bytes"))
        });
        let publics = [&scalars[0], &scalars[1]].map(PublicKey::from);
        assert_eq!(
            *client_share,
            [&ek.to_bytes()[..], publics[0].as_bytes()].concat(),
            "ML-KEM's half comes first"
        );
        let (ciphertext, other) = server_share.split_at(1088);
        assert_eq!(other, publics[1].as_bytes());
        let encapsulated = dk.decapsulate(&ciphertext.try_into().expect("1088 bytes"));
        let agreed = scalars[0].diffie_hellman(&publics[1]);
        let salt = Sha256::new().chain_update(client_share).chain_update(server_share).finalize();
        let extracted = hmac_sha256(&salt, &[&encapsulated, agreed.as_bytes()]);
        for (label, record) in
            [("client to server", ours.get("sent")), ("server to client", ours.get("received"))]
        {
            let key = hmac_sha256(&extracted, &[b"hybrid exchange: ", label.as_bytes(), &[1]]);
            let cipher = aes_gcm::Aes256Gcm::new(&key.into());
            let (aad, msg) = record.split_at(2);
            let payload = Payload { msg, aad };
            let opened = cipher.decrypt(&[0; 12].into(), payload).expect("the tag is right");
            assert_eq!(opened, text.as_bytes(), "{label}");
        }
    }
    let output = execute(&programs[0], &["connect", "1", text]);
    assert_eq!((output.status.code(), &output.stderr[..]), (Some(1), &b"no connection\n"[..]));
    assert_eq!(execute(&programs[0], &["connect"]).status.code(), Some(2));
}

/// What a tool prints for a file, up to the first blank; `None` where there is no such tool.
fn by_tool(tool: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(tool).args(arguments).current_dir(compiler::folder()).output().ok()?;
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // openssl prints "HMAC-SHA2-256(FILE)= DIGEST", the others "DIGEST  FILE".
    let digest = text.trim().rsplit("= ").next().unwrap_or_default();
    digest.split_whitespace().next().map(str::to_owned)
}

/// Hashes and HMACs of files of several sizes, by one object, beside the tools of the system.
#[test]
fn checksum_agrees_with_the_tools_of_the_system() {
    let program = build(&example("checksum.c"), "checksum.out", &[]);
    let files = ["empty.bin", "short.bin", "long.bin"];
    for (name, size) in files.iter().zip([0_usize, 1000, 3 << 20]) {
        let bytes: Vec<u8> = (0..size).map(|index| (index * 7 + index / 251) as u8).collect();
        fs::write(compiler::folder().join(name), bytes).expect("the folder is writable");
    }
    let key = "000102030405060708090a0b0c0d0e0f";
    let tools: [(&[&str], &str, &[&str]); 10] = [
        (&[], "sha256sum", &[]),
        (&["-a", "SHA1"], "sha1sum", &[]),
        (&["-a", "SHA384"], "sha384sum", &[]),
        (&["-a", "sha512"], "sha512sum", &[]),
        (&["-a", "MD5"], "md5sum", &[]),
        (&["-a", "SHA3-256"], "openssl", &["dgst", "-sha3-256"]),
        (&["-a", "SHA3-512"], "openssl", &["dgst", "-sha3-512"]),
        (&["-a", "SHA256", "-k", key], "openssl", &["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:"]),
        (
            &["-a", "SHA3-384", "-k", key],
            "openssl",
            &["dgst", "-sha3-384", "-mac", "HMAC", "-macopt", "hexkey:"],
        ),
        (&["-a", "CSHAKE256", "-n", "100"], "openssl", &["dgst", "-shake256", "-xoflen", "100"]),
    ];
    for (ours, tool, theirs) in tools {
        let text = printed(&program, &[ours, &files].concat());
        for (line, file) in text.lines().zip(files) {
            let theirs: Vec<String> =
                theirs.iter().map(|word| word.replace("hexkey:", &format!("hexkey:{key}"))).collect();
            let theirs: Vec<&str> = theirs.iter().map(String::as_str).chain([file]).collect();
            match by_tool(tool, &theirs) {
                Some(digest) => assert_eq!(line, format!("{digest}  {file}"), "{ours:?}"),
                None => println!("skipped: {tool} is not installed"),
            }
        }
        assert_eq!(text.lines().count(), files.len());
    }
}

/// What is wrong is told in a line, and the other files are hashed all the same.
#[test]
fn checksum_tells_what_is_wrong() {
    let program = build(&example("checksum.c"), "checksum_wrong.out", &[]);
    fs::write(compiler::folder().join("good.bin"), "abc").expect("the folder is writable");
    for (arguments, complaint) in [
        (&["-a", "SHA224", "good.bin"][..], "there is no algorithm SHA224"),
        (&["-k", "0g", "good.bin"], "usage"),
        (&["-x", "1"], "usage"),
        (&["-a"], "usage"),
        (&["-a", "AES-CMAC", "-k", "00", "good.bin"], "BCryptCreateHash: 0xc000000d"),
        (&["nothing.bin", "good.bin"], "nothing.bin can't be opened"),
    ] {
        let output = execute(&program, arguments);
        let (text, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && error.contains(complaint), "{arguments:?}: {error}");
        let wanted = arguments.contains(&"nothing.bin");
        assert_eq!(text.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), wanted);
    }
}

/// How a scheme of signed_message.c looks to openssl: its hash, and options of `pkeyutl`.
struct Scheme {
    name: &'static str,
    hash: &'static str,
    options: &'static [&'static str],
}

const SCHEMES: [Scheme; 8] = [
    Scheme { name: "ecdsa-p256", hash: "sha256", options: &[] },
    Scheme { name: "ecdsa-p384", hash: "sha384", options: &[] },
    Scheme { name: "ecdsa-p521", hash: "sha512", options: &[] },
    Scheme { name: "ecdsa-brainpool", hash: "sha256", options: &[] },
    Scheme { name: "rsa-pkcs1", hash: "sha256", options: &["digest:sha256", "rsa_padding_mode:pkcs1"] },
    Scheme {
        name: "rsa-pss",
        hash: "sha256",
        options: &["digest:sha256", "rsa_padding_mode:pss", "rsa_pss_saltlen:32"],
    },
    Scheme { name: "dsa-1024", hash: "sha1", options: &[] },
    Scheme { name: "dsa-2048", hash: "sha256", options: &[] },
];

/// A public key's blob as openssl takes it.
fn to_der(name: &str, blob: &[u8]) -> Vec<u8> {
    let word = |place: usize| {
        let bytes = blob.get(place..place + 4).expect("a header");
        u32::from_le_bytes(bytes.try_into().expect("four bytes")) as usize
    };
    let part = |start: usize, length: usize| blob.get(start..start + length).expect("the blob is whole");
    let width = word(4);
    let curve = |oid: &[u8]| openssl::Kind::curve(oid).public(&[part(8, width), part(8 + width, width)]);
    match name {
        "ecdsa-p256" => curve(&[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7]),
        "ecdsa-p384" => curve(&[6, 5, 0x2B, 0x81, 4, 0, 0x22]),
        "ecdsa-p521" => curve(&[6, 5, 0x2B, 0x81, 4, 0, 0x23]),
        "ecdsa-brainpool" => curve(&[6, 9, 0x2B, 0x24, 3, 3, 2, 8, 1, 1, 7]),
        "dsa-1024" | "dsa-2048" => {
            let (q_at, order) = if name == "dsa-1024" { (32, 20) } else { (60, 32) };
            let [p, g, y] = [0, 1, 2].map(|place| part(q_at + order + place * width, width));
            openssl::Kind::dsa(p, part(q_at, order), g).public(&[y])
        }
        _ => {
            let (exponent, modulus) = (word(8), word(12));
            openssl::rsa_public(part(24 + exponent, modulus), part(24, exponent))
        }
    }
}

/// Each signature is verified by the program itself, by another run of it, and by openssl.
#[test]
fn signed_message_is_verified_by_openssl() {
    let names = SCHEMES.map(|scheme| format!("{}: ", scheme.name));
    example_prints("signed_message.c", &names.each_ref().map(String::as_str));
    let (program, folder) = (compiler::folder().join("signed_message.c.out"), compiler::folder());
    let text = printed(&program, &[]);
    let has_openssl = openssl::is_there();
    for scheme in SCHEMES {
        let told = rest(&text, &format!("{}:", scheme.name));
        if told.contains("does not have it") {
            println!("skipped: {}: the library does not have it", scheme.name);
            continue;
        }
        assert!(told.ends_with("verified, and refused once changed"), "{}: {told}", scheme.name);
        let again = printed(&program, &["verify", scheme.name, "message.txt"]);
        assert_eq!(again, format!("{}: verified\n", scheme.name));
        fs::write(folder.join("other.txt"), "Meet me at the old bridge at one.\n").expect("it is writable");
        let refused = execute(&program, &["verify", scheme.name, "other.txt"]);
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(error.contains("BCryptVerifySignature: 0xc000a000"), "{}: {error}", scheme.name);
        if !has_openssl {
            continue;
        }
        let read =
            |what: &str| fs::read(folder.join(format!("{}.{what}", scheme.name))).expect("it was written");
        let (public, mut signature) = (to_der(scheme.name, &read("public")), read("signature"));
        if !scheme.name.starts_with("rsa") {
            signature = openssl::signature_to_der(&signature);
        }
        for (file, fits) in [("message.txt", true), ("other.txt", false)] {
            let digest = ["dgst", &format!("-{}", scheme.hash), "-binary", "-out", "signed.digest", file];
            let hashed =
                Command::new("openssl").args(digest).current_dir(&folder).status().expect("openssl runs");
            assert!(hashed.success());
            let hash = fs::read(folder.join("signed.digest")).expect("it was written");
            let verified = openssl::verifies_with(&folder, &public, &hash, &signature, scheme.options);
            assert_eq!(verified, fits, "{} of {file}", scheme.name);
        }
    }
}

/// What is wrong is told in a line.
#[test]
fn signed_message_tells_what_is_wrong() {
    let program = build(&example("signed_message.c"), "signed_message_wrong.out", &[]);
    for (arguments, complaint) in [
        (&["nothing.bin"][..], "nothing.bin can't be read"),
        (&["verify", "ecdsa-p255", "message.txt"], "there is no scheme ecdsa-p255"),
        (&["verify", "ecdsa-p256"], "usage"),
        (&["check", "ecdsa-p256", "message.txt"], "usage"),
    ] {
        let output = execute(&program, arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && error.contains(complaint), "{arguments:?}: {error}");
    }
}
