//! A program is compiled against what was installed: by pkg-config, by CMake and by plain flags, with the shared and
//! the static library, where it was installed and after the whole was moved.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::place::{Place, command, installed, know, script, source, succeeded};
use crate::tool::found;

/// The folder of an installation that has the libraries, relative to the prefix.
const LIBDIRS: [&str; 2] = ["lib", "lib/some-machine"];

/// Runs a program and wants the example's last line; `library` is the file it must have loaded, or none.
fn agrees(program: &Path, library: Option<&Path>) {
    let printed = succeeded(&program.display().to_string(), command(&program.display().to_string()));
    assert!(printed.ends_with("ECDH P-256 with HMAC: both sides agree\n"), "{printed}");
    if cfg!(target_os = "linux") {
        let mut ask = Command::new(program);
        let output = ask.env("LD_TRACE_LOADED_OBJECTS", "1").output().expect("the loader answers");
        let loaded = String::from_utf8_lossy(&output.stdout).into_owned();
        let line = loaded.lines().find(|line| line.contains("libbcrypt"));
        match (library, line) {
            (Some(path), Some(line)) => {
                let found =
                    line.split(" => ").nth(1).and_then(|rest| rest.split(" (").next()).expect("a path");
                assert_eq!(
                    Path::new(found).canonicalize().expect("it is there"),
                    path.canonicalize().expect("it is")
                );
                assert!(line.trim().starts_with("libbcrypt.so.0 "), "it asks for the SONAME: {line}");
            }
            (None, None) => {}
            _ => panic!("{}: {loaded}", program.display()),
        }
    }
}

fn example(place: &Place) {
    fs::copy(source().join("examples/ecdh_hmac.c"), place.join("ecdh_hmac.c")).expect("the example is there");
}

/// Compiles and runs by every way from a prefix.
pub fn every_way(prefix: &Path, libdir: &str) {
    let place = Place::new();
    example(&place);
    let library = prefix.join(libdir).join(if cfg!(target_os = "macos") {
        "libbcrypt.0.dylib"
    } else {
        "libbcrypt.so.0"
    });
    let run = |text: &str| {
        let mut command = place.command(text);
        know(&mut command, prefix);
        // The folder must come from what was installed alone.
        command.env_remove("LIBRARY_PATH").env_remove("LD_LIBRARY_PATH");
        command.env("PKG_CONFIG_PATH", prefix.join(libdir).join("pkgconfig"));
        command.env("PREFIX", prefix).env("LIB", prefix.join(libdir));
        succeeded(text, command)
    };

    run(
        "cc -Wall -Wextra -Werror ecdh_hmac.c -I$PREFIX/include/bcrypt-shim -I$PREFIX/include/bcrypt-shim/compat \
         -L$LIB -lbcrypt -Wl,-rpath,$LIB -o plain",
    );
    agrees(&place.join("plain"), Some(&library));
    run(
        "cc ecdh_hmac.c -I$PREFIX/include/bcrypt-shim -I$PREFIX/include/bcrypt-shim/compat $LIB/libbcrypt.a \
         -lpthread -ldl -lm -o plain-static",
    );
    agrees(&place.join("plain-static"), None);

    if found("pkg-config", &["pkg-config"]) {
        run("cc ecdh_hmac.c $(pkg-config --cflags --libs bcrypt-shim-compat) -Wl,-rpath,$LIB -o dynamic");
        agrees(&place.join("dynamic"), Some(&library));
        let version = run("pkg-config --modversion bcrypt-shim");
        assert_eq!(version.trim(), env!("CARGO_PKG_VERSION"));
        // Without windows.h the header stands alone.
        run("echo '#include <bcrypt.h>' > alone.c; cc -c $(pkg-config --cflags bcrypt-shim) alone.c; \
             ! cc -c $(pkg-config --cflags bcrypt-shim) ecdh_hmac.c 2>/dev/null");
        #[cfg(target_os = "linux")]
        for kind in ["static", "static-pie"] {
            run(&format!(
                "cc -{kind} ecdh_hmac.c $(pkg-config --static --cflags --libs bcrypt-shim-compat) -o {kind}"
            ));
            agrees(&place.join(kind), None);
        }
    }
    if found("CMake", &["cmake"]) {
        fs::write(
            place.join("CMakeLists.txt"),
            "cmake_minimum_required(VERSION 3.13)\n\
             project(program C)\n\
             find_package(bcrypt-shim 0.1 CONFIG REQUIRED)\n\
             find_package(bcrypt-shim CONFIG REQUIRED)\n\
             find_package(bcrypt-shim 99 CONFIG QUIET)\n\
             if(bcrypt-shim_FOUND)\n  message(FATAL_ERROR \"version 99 was accepted\")\nendif()\n\
             foreach(way bcrypt bcrypt-static)\n\
               add_executable(cmake-${way} ecdh_hmac.c)\n\
               target_link_libraries(cmake-${way} PRIVATE bcrypt-shim::${way} bcrypt-shim::compat)\n\
             endforeach()\n",
        )
        .expect("writable");
        // CMake looks by itself in the folders of the machine at hand; this one has to be named.
        let place_of = if libdir == "lib" { "" } else { "-Dbcrypt-shim_DIR=$LIB/cmake/bcrypt-shim" };
        run(&format!("cmake -S . -B build {place_of} >log && cmake --build build >>log"));
        agrees(&place.join("build/cmake-bcrypt"), Some(&library));
        agrees(&place.join("build/cmake-bcrypt-static"), None);
    }
}

#[test]
fn from_where_it_was_installed() {
    every_way(installed(), LIBDIRS[0]);
}

#[test]
fn from_where_it_was_moved_to() {
    for libdir in LIBDIRS {
        let place = Place::new();
        let (first, second) = (place.join("first/prefix"), place.join("second"));
        let lib = first.join(libdir).display().to_string();
        script("install", &["--prefix", &first.display().to_string(), "--libdir", &lib]);
        fs::rename(&first, &second).expect("one file system");
        every_way(&second, libdir);
    }
}

/// The flags that the installation asks for with its static library keep a plug-in loaded whose threads outlive it.
#[cfg(target_os = "linux")]
#[test]
fn a_plug_in_with_the_static_library_can_be_unloaded() {
    let place = Place::new();
    let (sources, prefix) = (source().join("cabi/tests/ecosystem/sources"), installed());
    let pc = fs::read_to_string(prefix.join("lib/pkgconfig/bcrypt-shim.pc")).expect("installed");
    let private = pc.lines().find_map(|line| line.strip_prefix("Libs.private: ")).expect("it says");
    let (sources, prefix) = (sources.display(), prefix.display());
    place.run(&format!("cc -Wall -Wextra -Werror '{sources}/plugin_host.c' -ldl -lpthread -o host"));
    let build = |name: &str, flags: &str| {
        place.run(&format!(
            "cc -shared -fPIC -Wall -Wextra -Werror '{sources}/plugin.c' -I'{prefix}/include/bcrypt-shim' \
             '{prefix}/lib/libbcrypt.a' {flags} -o {name}.so"
        ));
    };
    build("kept", private);
    assert_eq!(place.run("./host ./kept.so"), "");
    // Without the flag it ends with a signal, so the test above sees what it is for.
    build("gone", "-lpthread -ldl -lm");
    let output = place.command("exec ./host ./gone.so").output().expect("it runs");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(11), "{output:?}");
    if found("pkg-config", &["pkg-config"]) {
        let mut ask = place.command("pkg-config --static --libs bcrypt-shim");
        know(&mut ask, installed());
        assert!(succeeded("pkg-config", ask).contains(" -Wl,-z,nodelete"));
    }
}

#[test]
fn cmake_says_what_is_missing() {
    if !found("CMake", &["cmake"]) {
        return;
    }
    let place = Place::new();
    script("install", &["--prefix", &place.join("prefix").display().to_string()]);
    fs::remove_file(place.join("prefix/lib/libbcrypt.a")).expect("it was installed");
    fs::write(
        place.join("CMakeLists.txt"),
        "cmake_minimum_required(VERSION 3.13)\nproject(p C)\nfind_package(bcrypt-shim CONFIG REQUIRED)\n",
    )
    .expect("writable");
    let mut configure = place.command("cmake -S . -B build");
    let output = configure.env("CMAKE_PREFIX_PATH", place.join("prefix")).output().expect("cmake runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).replace('\n', "").contains("libbcrypt.a is missing"));
}
