//! scripts/install and scripts/uninstall.

use std::fs;
use std::os::unix::fs::symlink;

use crate::place::{Place, command, installed, script, source, succeeded, tree};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The headers of compat, all in one folder.
fn compat() -> impl Iterator<Item = String> {
    let names = tree(&source().join("compat")).into_iter().filter(|name| name != "capitals");
    names.map(|name| format!("include/bcrypt-shim/compat/{}", name.trim_start_matches("capitals/")))
}

/// What a plain installation consists of on Linux, but for folders.
fn files() -> Vec<String> {
    let mut files: Vec<String> = [
        "bin/with-bcrypt-shim",
        "include/bcrypt-shim/bcrypt.h",
        "lib/cmake/bcrypt-shim/bcrypt-shim-config-version.cmake",
        "lib/cmake/bcrypt-shim/bcrypt-shim-config.cmake",
        "lib/libbcrypt.a",
        "lib/libbcrypt.so",
        "lib/libbcrypt.so.0",
        "lib/pkgconfig/bcrypt-shim-compat.pc",
        "lib/pkgconfig/bcrypt-shim.pc",
        "share/bcrypt-shim/installed",
        "share/bcrypt-shim/mono/bcrypt-shim.dll.config",
        "share/doc/bcrypt-shim/LICENSE-APACHE",
        "share/doc/bcrypt-shim/LICENSE-MIT",
        "share/doc/bcrypt-shim/README.md",
        "share/doc/bcrypt-shim/THIRD-PARTY.txt",
        "share/man/man1/with-bcrypt-shim.1",
    ]
    .map(str::to_owned)
    .to_vec();
    files.push(format!("lib/libbcrypt.so.{VERSION}"));
    files.extend(compat());
    let pages = tree(&source().join("docs")).into_iter().filter(|name| name.ends_with(".md"));
    files.extend(pages.map(|name| format!("share/doc/bcrypt-shim/docs/{name}")));
    files.sort();
    files
}

fn files_below(prefix: &std::path::Path) -> Vec<String> {
    tree(prefix).into_iter().filter(|name| !prefix.join(name).is_dir()).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_plain_installation_has_these_files_and_no_others() {
    assert_eq!(files_below(installed()), files());
    let lib = installed().join("lib");
    assert_eq!(
        fs::read_link(lib.join("libbcrypt.so")).expect("a link"),
        std::path::Path::new("libbcrypt.so.0")
    );
    assert_eq!(
        fs::read_link(lib.join("libbcrypt.so.0")).expect("a link").to_string_lossy(),
        format!("libbcrypt.so.{VERSION}")
    );
    let mut readelf = command("readelf");
    readelf.arg("-d").arg(lib.join("libbcrypt.so"));
    assert!(succeeded("readelf", readelf).contains("soname: [libbcrypt.so.0]"));
}

#[test]
fn no_installed_text_names_where_it_was_built_or_installed() {
    let source = source();
    for name in files_below(installed()).iter().filter(|name| !name.contains("libbcrypt")) {
        // The record is what uninstalling goes by.
        if name.ends_with("bcrypt-shim/installed") {
            continue;
        }
        let text = fs::read_to_string(installed().join(name)).expect("a text");
        for path in [&*source, installed()] {
            assert!(!text.contains(&*path.to_string_lossy()), "{name} has {}", path.display());
        }
        assert!(!text.split_whitespace().any(|word| word.starts_with('@') && word.ends_with('@')), "{name}");
    }
}

#[test]
fn the_licences_of_what_the_library_contains_are_there() {
    let text = fs::read_to_string(installed().join("share/doc/bcrypt-shim/THIRD-PARTY.txt")).expect("a text");
    for package in ["aws-lc-sys v", "zeroize v", "k256 v", "subtle v"] {
        let (_, rest) = text.split_once(&format!("\n{package}")).unwrap_or_else(|| panic!("{package}"));
        let mut parts = rest.split("\nLicence: ");
        let own = parts.nth(1).expect("its licence");
        assert!(own.to_lowercase().contains("permi"), "{package}: {own}");
    }
}

/// With `--tools` the program that reads other programs is there, and works.
#[cfg(target_os = "linux")]
#[test]
fn the_tools_are_installed_when_asked_for() {
    let place = Place::new();
    let prefix = place.join("prefix").display().to_string();
    script("install", &["--prefix", &prefix, "--tools"]);
    let mut expected = files();
    expected.extend(
        [
            "bin/conformance",
            "share/doc/bcrypt-shim/THIRD-PARTY-conformance.txt",
            "share/man/man1/conformance.1",
        ]
        .map(str::to_owned),
    );
    let judge = source().join("conformance");
    for data in ["recordings", "expectations"] {
        let names = files_below(&judge.join(data)).into_iter();
        expected.extend(names.map(|name| format!("share/bcrypt-shim/conformance/{data}/{name}")));
    }
    expected.sort();
    assert_eq!(files_below(&place.join("prefix")), expected);
    // What comes with the program is found by its name.
    let compared = place.run("prefix/bin/conformance diff wine-10.0 --ignore-changes || [ $? = 1 ]");
    assert!(compared.contains("wine 10.0 beside cited sources"), "{compared}");
    let printed = place.run(
        "printf '#include <bcrypt.h>\nint main(void) { return BCryptDestroySecret(0); }\n' >program.c && \
         prefix/bin/conformance scan program.c",
    );
    assert!(printed.contains("BCryptDestroySecret") && printed.contains("implemented"), "{printed}");
    // Without the word they go again.
    script("install", &["--prefix", &prefix]);
    assert_eq!(files_below(&place.join("prefix")), files());
}

#[test]
fn uninstalling_leaves_what_was_there_before() {
    let place = Place::new();
    let prefix = place.join("some where").join("else");
    // A folder and a file of someone else's, in folders that the installation uses too.
    fs::create_dir_all(prefix.join("lib/pkgconfig")).expect("writable");
    fs::create_dir_all(prefix.join("include")).expect("writable");
    fs::write(prefix.join("include/bcrypt.h"), "the password hash").expect("writable");
    symlink("libother.so.1", prefix.join("lib/libother.so")).expect("writable");
    let before = place.tree();

    let path = prefix.display().to_string();
    script("install", &["--prefix", &path, "--pinvoke-names"]);
    assert!(prefix.join("lib/libBCrypt.dll.so").exists());
    // Without the names this time: what only the first had goes.
    script("install", &["--prefix", &path]);
    assert!(!prefix.join("lib/libBCrypt.dll.so").is_symlink());
    assert!(prefix.join("lib/libbcrypt.so").exists());
    script("uninstall", &["--prefix", &path]);
    assert_eq!(place.tree(), before);
    assert_eq!(
        fs::read_to_string(prefix.join("include/bcrypt.h")).expect("still there"),
        "the password hash"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_package_builder_can_choose_every_folder() {
    let place = Place::new();
    let (root, prefix) = (place.join("root"), "/opt/shim");
    let destdir = root.display().to_string();
    let folders = ["--libdir", "/opt/shim/lib/a-b", "--includedir", "/opt/headers"];
    let options = [&["--prefix", prefix, "--destdir", &destdir], &folders[..]].concat();
    script("install", &options);
    let mut expected: Vec<_> = files()
        .iter()
        .map(|name| match (name.strip_prefix("lib/"), name.strip_prefix("include/")) {
            (Some(rest), _) => format!("opt/shim/lib/a-b/{rest}"),
            (_, Some(rest)) => format!("opt/headers/{rest}"),
            _ => format!("opt/shim/{name}"),
        })
        .collect();
    expected.sort();
    assert_eq!(files_below(&root), expected);
    // What lies outside the prefix can't move with it and is named by its whole path.
    let pc = fs::read_to_string(root.join("opt/shim/lib/a-b/pkgconfig/bcrypt-shim.pc")).expect("a text");
    assert!(pc.contains("includedir=/opt/headers\n"), "{pc}");
    assert!(pc.contains("libdir=${pcfiledir}/../../../lib/a-b\n"), "{pc}");
    script("uninstall", &options[..4]);
    assert_eq!(tree(place.path()), ["root"]);
}
