//! The names under which .NET and Mono look for bcrypt.dll.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::packages::made;
use crate::pages::{STORY, program, verified};
use crate::place::{Place, installed, installed_with_names, source, succeeded, target};
use crate::tool::{found, skipped};

const SPELLINGS: [&str; 8] =
    ["bcrypt", "bcrypt.dll", "BCrypt", "BCrypt.dll", "Bcrypt", "Bcrypt.dll", "BCRYPT", "BCRYPT.dll"];

/// What spellings.cs prints when these spellings lead to the library.
fn found_are(spellings: &[&str]) -> String {
    let answer = |spelling: &str| {
        let leads = spellings.contains(&spelling);
        format!("{spelling} {}\n", if leads { "00000000 00000000" } else { "not found" })
    };
    SPELLINGS.iter().map(|spelling| answer(spelling)).collect()
}

/// Compiles spellings.cs into a folder.
fn compile_spellings(place: &Place) {
    let (mut classes, mut calls) = (String::new(), String::new());
    for (index, spelling) in SPELLINGS.iter().enumerate() {
        classes += &format!(
            "static class S{index} {{\n\
             [DllImport(\"{spelling}\", CharSet = CharSet.Unicode)] static extern int \
             BCryptOpenAlgorithmProvider(out IntPtr algorithm, string name, string provider, uint flags);\n\
             [DllImport(\"{spelling}\")] static extern int BCryptCloseAlgorithmProvider(IntPtr algorithm, uint flags);\n\
             public static int Open(out IntPtr algorithm) {{ \
             return BCryptOpenAlgorithmProvider(out algorithm, \"ECDH_P256\", null, 0); }}\n\
             public static int Close(IntPtr algorithm) {{ return BCryptCloseAlgorithmProvider(algorithm, 0); }}\n}}\n"
        );
        calls += &format!("Try(\"{spelling}\", S{index}.Open, S{index}.Close);\n");
    }
    let text =
        include_str!("sources/spellings.cs").replace("/*CLASSES*/", &classes).replace("/*CALLS*/", &calls);
    fs::write(place.join("Spellings.cs"), text).expect("writable");
    place.run("mcs -out:program.exe Spellings.cs");
}

/// Runs program.exe with the libraries of a prefix where the loader looks.
fn run(place: &Place, runtime: &str, prefix: &Path) -> String {
    let mut command = place.command(&format!("'{runtime}' program.exe"));
    command.env("LD_LIBRARY_PATH", prefix.join("lib")).env("DOTNET_CLI_TELEMETRY_OPTOUT", "1");
    succeeded(runtime, command)
}

#[test]
fn mono_finds_every_spelling() {
    if !found("the names for Mono", &["mcs", "mono"]) {
        return;
    }
    let place = Place::new();
    compile_spellings(&place);
    assert_eq!(run(&place, "mono", installed_with_names()), found_are(&SPELLINGS));
    // Without the names, what the page on Mono says.
    assert_eq!(run(&place, "mono", installed()), found_are(&["bcrypt", "bcrypt.dll"]));
    // With its map instead.
    let map = installed().join("share/bcrypt-shim/mono/bcrypt-shim.dll.config");
    fs::copy(map, place.join("program.exe.config")).expect("it was installed");
    assert_eq!(run(&place, "mono", installed()), found_are(&SPELLINGS));
}

/// A .NET runtime: on the PATH, or where scripts/install-tools puts one.
fn dotnet() -> Option<PathBuf> {
    let ours = target().join("tools/dotnet/dotnetcore2/bin/dotnet");
    let on_path =
        Command::new("dotnet").arg("--list-runtimes").output().is_ok_and(|output| output.status.success());
    let runtime = if on_path { Some(PathBuf::from("dotnet")) } else { ours.exists().then_some(ours) };
    if runtime.is_none() {
        skipped("the names for .NET", "no .NET runtime on the PATH or from scripts/install-tools");
    }
    runtime.filter(|_| found("the names for .NET", &["mcs"]))
}

/// Tells the runtime to take program.exe with the framework that it has.
fn configure(place: &Place) {
    let text = r#"{"runtimeOptions": {
        "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"},
        "rollForward": "LatestMajor",
        "configProperties": {"System.Globalization.Invariant": true}}}"#;
    fs::write(place.join("program.runtimeconfig.json"), text).expect("writable");
}

#[test]
fn dotnet_finds_every_spelling() {
    let Some(runtime) = dotnet() else { return };
    let runtime = runtime.display().to_string();
    let place = Place::new();
    compile_spellings(&place);
    configure(&place);
    assert_eq!(run(&place, &runtime, installed_with_names()), found_are(&SPELLINGS));
    // Without the names it takes the ".dll" for part of the name.
    assert_eq!(run(&place, &runtime, installed()), found_are(&["bcrypt"]));
}

/// Each further form of a name would do as well: .NET versions try them in different orders.
#[test]
fn dotnet_takes_each_form_of_a_name() {
    let Some(runtime) = dotnet() else { return };
    let place = Place::new();
    compile_spellings(&place);
    configure(&place);
    for form in ["libBCrypt.dll.so", "BCrypt.dll", "libBCrypt.dll"] {
        let prefix = place.join(form);
        fs::create_dir_all(prefix.join("lib")).expect("writable");
        fs::copy(installed().join("lib/libbcrypt.so.0"), prefix.join("lib").join(form)).expect("writable");
        assert!(source().join("packaging/pinvoke-names").exists());
        let printed = run(&place, &runtime.display().to_string(), &prefix);
        assert_eq!(printed, found_are(&["BCrypt.dll"]), "{form}");
    }
}

#[test]
fn the_program_of_the_page_runs_on_dotnet() {
    let Some(runtime) = dotnet() else { return };
    let place = Place::new();
    fs::write(place.join("Program.cs"), program("dotnet.md", "Program.cs")).expect("writable");
    place.run("mcs -unsafe -out:program.exe Program.cs");
    configure(&place);
    assert_eq!(run(&place, &runtime.display().to_string(), installed_with_names()), STORY);
    verified("dotnet.md", &place);
}

/// As a build with the NuGet package leaves it: the files in runtimes/RID/native beside the program, and listed.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn dotnet_finds_every_spelling_in_the_nuget_package() {
    let Some(runtime) = dotnet() else { return };
    if !found("the NuGet package", &["python3"]) {
        return;
    }
    let place = Place::new();
    compile_spellings(&place);
    configure(&place);
    made(&place, "nupkg");
    place.run("python3 -m zipfile -e BcryptShim.Native.*.nupkg .");
    let native = "runtimes/linux-x64/native";
    let names = fs::read_dir(place.join(native)).expect("the package has it");
    let assets: Vec<_> = names
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .map(|name| format!(r#""{native}/{name}": {{"rid": "linux-x64", "assetType": "native"}}"#))
        .collect();
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        r#"{{"runtimeTarget": {{"name": ".NETCoreApp,Version=v3.1"}},
        "targets": {{".NETCoreApp,Version=v3.1": {{
            "program/1.0.0": {{"dependencies": {{"BcryptShim.Native": "{version}"}}, "runtime": {{"program.exe": {{}}}}}},
            "BcryptShim.Native/{version}": {{"runtimeTargets": {{ {} }}}} }} }},
        "libraries": {{
            "program/1.0.0": {{"type": "project", "serviceable": false, "sha512": ""}},
            "BcryptShim.Native/{version}": {{"type": "package", "serviceable": true, "sha512": ""}} }} }}"#,
        assets.join(", ")
    );
    fs::write(place.join("program.deps.json"), text).expect("writable");
    let mut command = place.command(&format!("'{}' program.exe", runtime.display()));
    command.env_remove("LD_LIBRARY_PATH");
    assert_eq!(succeeded("dotnet", command), found_are(&SPELLINGS));
}

/// The links and the list of the script are the same, and lead to the one library.
#[cfg(target_os = "linux")]
#[test]
fn every_name_is_the_library() {
    let lib = installed_with_names().join("lib");
    let list = succeeded("pinvoke-names", {
        let mut command = Command::new(source().join("packaging/pinvoke-names"));
        command.arg("so");
        command
    });
    assert_eq!(list.lines().count(), 15);
    for name in list.lines() {
        assert_eq!(
            lib.join(name).canonicalize().expect(name),
            lib.join("libbcrypt.so.0").canonicalize().expect("installed")
        );
        assert!(!installed().join("lib").join(name).exists(), "the plain installation stays clean: {name}");
    }
}
