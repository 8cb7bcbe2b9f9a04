//! scripts/package: what is in each package, and that a program can be built from it.

use std::fs;
use std::path::Path;

use crate::link::every_way;
use crate::place::{Place, script, succeeded, target, tree};
use crate::tool::found;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Whether packages can be made for systems older than this one; without that tool they are made for this one.
fn portable() -> bool {
    let name = "cargo-zigbuild";
    if !cfg!(target_os = "linux") || target().join("tools/zig/bin").join(name).exists() {
        return true;
    }
    found("packages for glibc 2.25", &[name])
}

/// Makes packages of a kind into a place and gives what scripts/package printed.
pub fn made(place: &Place, kind: &str) -> String {
    let out = place.path().display().to_string();
    let native = if portable() { &[][..] } else { &["--native"] };
    script("package", &[&["--out", &out, kind], native].concat())
}

/// The latest version of glibc that one of these symbols is from, and the symbols that are of no version and must be there.
#[cfg(target_os = "linux")]
fn asked_for(listed: &str) -> ((u32, u32), Vec<&str>) {
    let (mut latest, mut unversioned) = ((0, 0), Vec::new());
    for line in listed.lines() {
        let mut words = line.split_whitespace();
        let (kind, symbol) = (words.next().expect("a kind"), words.next().expect("a symbol"));
        match symbol.split_once("@GLIBC_") {
            Some((_, version)) => {
                let mut numbers = version.split('.').map(|number| number.parse().expect("a number"));
                latest = latest.max((numbers.next().expect("one"), numbers.next().expect("another")));
            }
            // What the linker knew no version of is missing in the system it linked for, and in earlier ones.
            None if kind != "w" && !symbol.contains('@') => unversioned.push(symbol),
            None => {}
        }
    }
    (latest, unversioned)
}

/// The oldest glibc that docs/use/install.md promises.
#[cfg(target_os = "linux")]
const GLIBC: (u32, u32) = (2, 25);

/// That a packed library loads on every system that docs/use/install.md promises.
#[cfg(target_os = "linux")]
fn loads_on_older_systems(place: &Place, file: &Path) {
    let listed = place.run(&format!("nm -D --undefined-only '{}'", file.display()));
    let (latest, unversioned) = asked_for(&listed);
    assert!(latest > (2, 0) && unversioned.is_empty(), "{}: {latest:?} {unversioned:?}", file.display());
    assert!(!portable() || latest <= GLIBC, "{} needs glibc {}.{}", file.display(), latest.0, latest.1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_symbol_of_a_later_system_is_seen() {
    let listed =
        "                 U read@GLIBC_2.2.5\n                 U stat@GLIBC_2.33\n                 w statx\n";
    assert_eq!(asked_for(listed), ((2, 33), Vec::new()));
    assert_eq!(asked_for(&format!("{listed}                 U getrandom\n")), ((2, 33), vec!["getrandom"]));
}

/// Makes packages of a kind into a place and gives their names.
fn package(place: &Place, kind: &str) -> Vec<String> {
    let printed = made(place, kind);
    let mut names: Vec<_> = printed
        .lines()
        .map(|line| Path::new(line).file_name().expect("a file").to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut files = place.tree();
    files.sort();
    assert_eq!(names, files, "what it printed and what it made");
    names
}

#[test]
fn the_tarball_works_where_it_is_unpacked() {
    let place = Place::new();
    let names = package(&place, "tarball");
    assert_eq!(names.len(), 1);
    let name = names[0].strip_suffix(".tar.gz").expect("its suffix");
    assert!(name.starts_with(&format!("bcrypt-shim-{VERSION}-{}-", std::env::consts::ARCH)), "{name}");
    let before = fs::read(place.join(&names[0])).expect("it is there");
    place.run(&format!("mkdir away && tar -C away -xf {name}.tar.gz"));
    let away = place.join("away");
    for file in tree(&away) {
        assert!(file == name || file.starts_with(&format!("{name}/")), "{file} lies outside its folder");
    }
    assert!(
        !tree(&away).iter().any(|file| file.contains("BCrypt") && !file.ends_with(".h")),
        "{:?}",
        tree(&away)
    );
    #[cfg(target_os = "linux")]
    loads_on_older_systems(&place, &away.join(name).join("lib/libbcrypt.so.0"));
    every_way(&away.join(name), "lib");
    // The same library gives the same bytes.
    let again = Place::new();
    package(&again, "tarball");
    assert!(fs::read(again.join(&names[0])).expect("it is there") == before);
}

#[cfg(target_os = "linux")]
fn field(place: &Place, package: &str, name: &str) -> String {
    place.run(&format!("dpkg-deb -f {package}_*.deb {name}")).trim().to_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn the_debian_packages_install_and_work() {
    if !found("Debian packages", &["dpkg-shlibdeps", "dpkg-gensymbols", "dpkg"]) {
        return;
    }
    let place = Place::new();
    let names = package(&place, "deb");
    let machine = place.run("dpkg --print-architecture").trim().to_owned();
    let multiarch = place.run("dpkg-architecture -qDEB_HOST_MULTIARCH").trim().to_owned();
    let expected = ["bcrypt-shim", "bcrypt-shim-conformance", "libbcrypt-shim-dev", "libbcrypt-shim0"];
    let mut files = expected.map(|name| format!("{name}_{VERSION}-1_{machine}.deb"));
    files.sort();
    assert_eq!(names, files);
    // What the others need of the library's package; its own needs were computed from the file.
    for name in [expected[0], expected[2]] {
        assert_eq!(field(&place, name, "Depends"), format!("libbcrypt-shim0 (= {VERSION}-1)"));
    }
    for name in [expected[1], expected[3]] {
        assert!(field(&place, name, "Depends").starts_with("libc6 (>= 2."));
    }
    let symbols = place.run("dpkg-deb --ctrl-tarfile libbcrypt-shim0_*.deb | tar -xO ./symbols");
    assert!(symbols.starts_with("libbcrypt.so.0 libbcrypt-shim0 #MINVER#\n"), "{symbols}");
    let listed: Vec<_> =
        symbols.lines().filter_map(|line| line.trim().strip_suffix(&format!("@Base {VERSION}"))).collect();
    assert_eq!(listed, include_str!("../../exports.txt").lines().collect::<Vec<_>>());

    // Into a root of their own, with dpkg's own checks but for the packages of the system, which are not there.
    let root = place.join("root");
    place.run("mkdir -p root/var/lib/dpkg/updates root/var/lib/dpkg/info && touch root/var/lib/dpkg/status");
    let dpkg = "dpkg --root=root --force-not-root --force-depends --force-script-chrootless --log=/dev/null";
    let mut install = place.command(&format!("{dpkg} --install *.deb >log 2>&1 || {{ cat log; exit 1; }}"));
    install.env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").expect("a path")));
    succeeded("dpkg", install);
    let libdir = format!("usr/lib/{multiarch}");
    loads_on_older_systems(&place, &root.join(&libdir).join("libbcrypt.so.0"));
    every_way(&root.join("usr"), &format!("lib/{multiarch}"));
    assert!(root.join(&libdir).join("libBCrypt.dll.so").exists());
    assert!(root.join("usr/share/doc/libbcrypt-shim0/copyright").exists());
    assert!(place.run("root/usr/bin/conformance --help").contains("scan"));
    let compared = place.run("root/usr/bin/conformance diff wine-10.0 --ignore-changes || [ $? = 1 ]");
    assert!(compared.contains("wine 10.0 beside cited sources"), "{compared}");

    let mut remove =
        place.command(&format!("{dpkg} --purge {} >log 2>&1 || {{ cat log; exit 1; }}", expected.join(" ")));
    remove.env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").expect("a path")));
    succeeded("dpkg", remove);
    let left: Vec<_> = tree(&root).into_iter().filter(|name| !name.starts_with("var")).collect();
    assert_eq!(left, Vec::<String>::new());

    if found("lintian", &["lintian"]) {
        // There is no bug that asks for the package, and the library's own name belongs to another project.
        let tags = "initial-upload-closes-no-bugs,package-name-doesnt-match-sonames";
        let run = format!("lintian --allow-root --fail-on error,warning --suppress-tags {tags} *.deb 2>&1");
        assert_eq!(place.run(&run), "");
    }
}

#[test]
fn the_nuget_package_is_one() {
    if !found("the NuGet package", &["python3"]) {
        return;
    }
    let place = Place::new();
    let names = package(&place, "nupkg");
    assert_eq!(names, [format!("BcryptShim.Native.{VERSION}.nupkg")]);
    fs::write(place.join("check.py"), include_str!("sources/nupkg.py")).expect("writable");
    let printed = place.run(&format!("python3 check.py {} {VERSION}", names[0]));
    #[cfg(target_os = "linux")]
    {
        place.run("python3 -m zipfile -e *.nupkg unpacked && cp unpacked/runtimes/*/native/*.so* .");
        loads_on_older_systems(&place, &place.join("libbcrypt.so.0"));
    }
    let mut lines: Vec<_> = printed.lines().collect();
    lines.sort();
    let (loaded, suffix) =
        if cfg!(target_os = "macos") { ("libbcrypt.0.dylib", "dylib") } else { ("libbcrypt.so.0", "so") };
    let mut expected = vec![loaded.to_owned()];
    for spelling in ["bcrypt", "BCrypt", "Bcrypt", "BCRYPT"] {
        expected.extend([format!("lib{spelling}.{suffix}"), format!("lib{spelling}.dll.{suffix}")]);
    }
    expected.sort();
    assert_eq!(lines, expected);
}
