//! No branch and no address in the AVX-512 multiplication depends on a digit: the compiled code itself is looked through,
//! since valgrind knows no AVX-512, and machines without it can still read it.
//!
//! Arguments are public (addresses and lengths, and a modulus' constant), but for the index of a table. What is computed
//! from public numbers alone is public; what is loaded, or comes from a vector, is not. The flags that a conditional jump
//! reads, and the registers that an address is made of, must be public.

#![allow(clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::compiler;
use crate::constant_time::with_symbols;

/// The registers of the C calling convention's arguments, in order.
const ARGUMENTS: [&str; 6] = ["di", "si", "dx", "cx", "8", "9"];

#[derive(Debug)]
struct Instruction {
    address: u64,
    name: String,
    operands: Vec<String>,
}

/// The functions of a file whose names have this part, with their instructions.
fn functions(file: &Path, part: &str) -> BTreeMap<String, Vec<Instruction>> {
    let mut command = Command::new("objdump");
    let output = command.args(["-d", "--no-show-raw-insn"]).arg(file).output().expect("objdump runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut found = BTreeMap::new();
    let mut current: Option<&mut Vec<Instruction>> = None;
    for line in text.lines() {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|line| line.split_once(" <")) {
            current = name.contains(part).then(|| found.entry(name.to_owned()).or_insert_with(Vec::new));
        } else if let (Some(instructions), Some((address, rest))) = (current.as_mut(), line.split_once(":\t"))
        {
            instructions.extend(instruction(address, rest));
        }
    }
    found
}

fn instruction(address: &str, text: &str) -> Option<Instruction> {
    let address = u64::from_str_radix(address.trim(), 16).ok()?;
    let text = text.split(['#', '<']).next()?.trim();
    let mut words =
        text.split_whitespace().filter(|word| !["data16", "cs", "lock", "notrack", "bnd"].contains(word));
    let name = words.next()?.to_owned();
    let rest: String = words.collect();
    // Commas inside parentheses belong to an address.
    let (mut operands, mut depth) = (vec![String::new()], 0);
    for character in rest.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (character, depth) {
            (',', 0) => operands.push(String::new()),
            _ => operands.last_mut()?.push(character),
        }
    }
    operands.retain(|operand| !operand.is_empty());
    Some(Instruction { address, name, operands })
}

/// The general register of an operand, whatever its width: "di" of %rdi, %edi and %dil, "8" of %r8d.
fn register(operand: &str) -> Option<String> {
    let name = operand.strip_prefix('%')?;
    if let Some(number) =
        name.strip_prefix('r').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    {
        return Some(number.trim_end_matches(['d', 'w', 'b']).to_owned());
    }
    let short = name.trim_start_matches(['r', 'e']);
    let wide = match short {
        "al" | "ah" => "ax",
        "bl" | "bh" => "bx",
        "cl" | "ch" => "cx",
        "dl" | "dh" => "dx",
        "dil" => "di",
        "sil" => "si",
        "bpl" => "bp",
        "spl" => "sp",
        other => other,
    };
    ["ax", "bx", "cx", "dx", "di", "si", "bp", "sp"].contains(&wide).then(|| wide.to_owned())
}

fn is_memory(operand: &str) -> bool {
    operand.contains('(')
}

/// The registers of an address.
fn address_registers(operand: &str) -> Vec<String> {
    let inside = operand.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inside.map(|(inside, _)| inside.split(',').filter_map(register).collect()).unwrap_or_default()
}

/// The registers that may hold something secret, and whether the flags may.
#[derive(Clone, Default, PartialEq)]
struct Secret {
    registers: BTreeSet<String>,
    flags: bool,
}

impl Secret {
    fn has(&self, operand: &str) -> bool {
        match register(operand) {
            Some(register) => self.registers.contains(&register),
            // Numbers are public, memory and vectors are not.
            None => !operand.starts_with('$'),
        }
    }

    fn set(&mut self, operand: &str, is_secret: bool) {
        if let Some(register) = register(operand) {
            if is_secret {
                self.registers.insert(register);
            } else {
                self.registers.remove(&register);
            }
        }
    }

    fn join(&mut self, other: &Self) -> bool {
        let before = self.clone();
        self.registers.extend(other.registers.iter().cloned());
        self.flags |= other.flags;
        *self != before
    }
}

/// What is wrong with a function, of whose arguments these are secret.
fn faults(instructions: &[Instruction], secret_arguments: &[usize]) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    let places: BTreeMap<u64, usize> =
        instructions.iter().zip(0..).map(|(one, place)| (one.address, place)).collect();
    let mut first = Secret::default();
    first.registers.extend(secret_arguments.iter().map(|&place| ARGUMENTS[place].to_owned()));
    let mut states: BTreeMap<usize, Secret> = BTreeMap::from([(0, first)]);
    let mut work = vec![0];
    while let Some(place) = work.pop() {
        let Some(one) = instructions.get(place) else { continue };
        let mut state = states[&place].clone();
        let mut fault = |what: &str| {
            faults.insert(format!("{what}: {one:x?}"));
        };
        let jumps = one.name.starts_with('j');
        let is_conditional = jumps && one.name != "jmp";
        if is_conditional && state.flags {
            fault("a branch on something secret");
        }
        if one.name.starts_with("call") || (jumps && one.operands[0].starts_with('*')) {
            fault("a call or a computed jump");
        }
        if one.name.contains("gather") || one.name.contains("scatter") {
            fault("addresses from a vector");
        }
        // `lea` only computes.
        for operand in
            one.operands.iter().filter(|operand| is_memory(operand) && !one.name.starts_with("lea"))
        {
            if address_registers(operand).iter().any(|register| state.registers.contains(register)) {
                fault("an address from something secret");
            }
            if one.operands.iter().any(|operand| operand.contains("{%k")) {
                fault("memory that is read or not, by a mask");
            }
        }
        effect(one, &mut state);
        let mut next = Vec::new();
        if jumps {
            next.extend(
                u64::from_str_radix(&one.operands[0], 16).ok().and_then(|to| places.get(&to).copied()),
            );
        }
        if one.name != "jmp" && !one.name.starts_with("ret") {
            next.push(place + 1);
        }
        for to in next {
            let known = states.contains_key(&to);
            if states.entry(to).or_default().join(&state) || !known {
                work.push(to);
            }
        }
    }
    faults
}

/// What an instruction makes secret or public.
fn effect(one: &Instruction, state: &mut Secret) {
    let name = one.name.as_str();
    let Some((target, sources)) = one.operands.split_last() else { return };
    let is_any = sources.iter().any(|source| state.has(source));
    let is_of = |names: &[&str]| names.iter().any(|prefix| name.starts_with(prefix));
    if is_of(&["cmp", "test"]) && !is_of(&["cmpxchg"]) {
        state.flags = one.operands.iter().any(|operand| state.has(operand));
    } else if name.starts_with("lea") {
        let is_secret =
            address_registers(&sources[0]).iter().any(|register| state.registers.contains(register));
        state.set(target, is_secret);
    } else if is_of(&["mov", "kmov", "vmov", "vpextr", "pop", "rdtsc", "cpuid"]) {
        state.set(target, is_any || name == "pop");
    } else if is_of(&["push", "nop", "j", "ret", "vzero", "int3", "endbr", "ud2"]) {
    } else if name.starts_with("xor") && sources.first() == Some(target) {
        state.set(target, false);
        state.flags = false;
    } else if register(target).is_some() {
        // Arithmetic on what the target had; flags of the same.
        let is_secret = is_any || state.has(target) || is_of(&["set", "cmov", "adc", "sbb"]) && state.flags;
        state.set(target, is_secret);
        if !is_of(&["not", "set", "cmov", "bswap", "mulx", "shlx", "shrx", "sarx", "rorx"]) {
            state.flags = is_secret;
        }
    } else if !name.starts_with('v') && !name.starts_with('k') {
        state.flags = true;
    }
}

/// What is looked through: the functions of the multiplication, the instructions they must have, and which of their
/// arguments are secret.
const PARTS: [(&str, &[&str], &[usize]); 2] = [
    ("4ifma8hardware13multiply_", &["vpmadd52luq", "vpmadd52huq"], &[]),
    ("4ifma8hardware11select_", &["vpternlog"], &[2]),
];

#[test]
fn the_multiplication_has_no_secret_branch_or_address() {
    if !cfg!(target_arch = "x86_64") || !compiler::found("objdump") {
        println!("skipped: the compiled multiplication: needs x86-64 and objdump");
        return;
    }
    for (part, needed, secret) in PARTS {
        let found = functions(with_symbols(), part);
        assert_eq!(found.len(), 5, "{part}: {:?}", found.keys());
        for (name, instructions) in &found {
            for needed in needed {
                assert!(
                    instructions.iter().any(|one| one.name.starts_with(needed)),
                    "{name} has no {needed}"
                );
            }
            assert_eq!(faults(instructions, secret), BTreeSet::new(), "{name}");
            println!("{name}: {} instructions", instructions.len());
        }
    }
}

/// A branch on what is loaded, an address from it, and from a secret argument; and what is none of these.
#[test]
fn planted_dependence_is_found_in_code() {
    if !cfg!(target_arch = "x86_64") || !compiler::found("objdump") {
        println!("skipped: planted code: needs x86-64 and objdump");
        return;
    }
    let folder = compiler::folder().join("disassembly");
    std::fs::create_dir_all(&folder).expect("the target directory is writable");
    let source = folder.join("planted.c");
    let text = "unsigned long planted_loop(const unsigned long *a, unsigned long n)
        { unsigned long s = 0; for (unsigned long i = 0; i < n; i++) s += a[i] * 3; return s; }
        unsigned long planted_branch(const unsigned long *a, unsigned long n)
        { unsigned long s = 0; for (unsigned long i = 0; i < n; i++) { if (a[i] & 1) __asm__ volatile(\"nop\"); s += i; } return s; }
        unsigned long planted_address(const unsigned long *a, const unsigned long *t) { return t[a[0] & 7]; }
        unsigned long planted_index(const unsigned long *t, unsigned long n, unsigned long index) { return t[index] + n; }";
    std::fs::write(&source, text).expect("the target directory is writable");
    let object = folder.join("planted.o");
    let arguments = ["-O1", "-fcf-protection=none", "-c", "-o"].map(String::from);
    let paths = [&object, &source].map(|path| path.display().to_string());
    compiler::accepted(&compiler::run("cc", arguments.into_iter().chain(paths)), "planted code");
    let found = |name: &str, secret: &[usize]| {
        let functions = functions(&object, name);
        faults(functions.values().next().expect("it is there"), secret).into_iter().collect::<String>()
    };
    assert_eq!(found("planted_loop", &[]), "");
    assert!(found("planted_branch", &[]).contains("a branch on something secret"));
    assert!(found("planted_address", &[]).contains("an address from something secret"));
    assert_eq!(found("planted_index", &[]), "");
    assert!(found("planted_index", &[2]).contains("an address from something secret"));
}
