//! What a scenario's names stand for, and what is seen of them after a call.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::library::functions::Kind;
use crate::library::layout::Layout;
use crate::library::region::Region;
use crate::scenario::value::Value;
use crate::trace::{Output, Step};

/// A variable of a scenario. A copy is of the same memory.
#[derive(Clone)]
pub enum Variable {
    /// A number that no call was given the memory of.
    Number(u64),
    /// A handle, a number or a pointer that a call sets.
    Slot(Kind, Rc<Region>),
    /// Bytes, and which of them are told.
    Buffer(Rc<Region>, Shown),
    /// A structure of bcrypt.h, or several.
    Structure(Rc<Structure>),
}

/// Which bytes of a buffer are told.
#[derive(Clone, Copy)]
pub enum Shown {
    /// All.
    All,
    /// All but those from here to there, which are random.
    But(usize, usize),
    /// None.
    Nothing,
}

/// A structure in memory and what its pointers point at.
pub struct Structure {
    /// Its layout; `None` for an array of pointers.
    pub layout: Option<&'static Layout>,
    /// The structure, or several one after the other.
    pub region: Rc<Region>,
    /// What stands behind its fields.
    pub behind: RefCell<Vec<(String, Behind)>>,
    /// Whether it is being looked at: structures may point at each other.
    busy: Cell<bool>,
}

/// What a field points at.
pub enum Behind {
    /// Bytes that nobody may change.
    Input(Rc<Region>),
    /// A variable.
    Variable(String, Variable),
    /// A structure that stands only there.
    Structure(Rc<Structure>),
}

impl Variable {
    /// The memory; a number that was never passed has none.
    pub fn region(&self) -> Option<&Rc<Region>> {
        match self {
            Self::Number(_) => None,
            Self::Slot(_, region) | Self::Buffer(region, _) => Some(region),
            Self::Structure(structure) => Some(&structure.region),
        }
    }

    /// Its value; `None` for a slot that no call set, and for a structure.
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Number(number) => Some(Value::Number(*number)),
            Self::Buffer(region, _) => Some(Value::Bytes(region.bytes())),
            Self::Slot(_, region) if region.is_new() => None,
            Self::Slot(_, region) => Some(Value::Number(number(&region.bytes()))),
            Self::Structure(_) => None,
        }
    }

    /// Whether its value is an address or a handle, which is not the same each time.
    pub fn is_pointer(&self) -> bool {
        matches!(self, Self::Slot(Kind::OutHandle | Kind::OutPointer, _))
    }

    /// Takes what it holds now, and what it points at, for what they held before the next call.
    pub fn mark(&self) {
        match self {
            Self::Structure(structure) => structure.mark(),
            other => other.region().into_iter().for_each(|region| region.mark()),
        }
    }

    /// Tells in a step what a call made of it, unless that is told already.
    pub fn tell(&self, name: &str, step: &mut Step) {
        if step.outputs.iter().any(|output| output.name == name) {
            return;
        }
        match self {
            Self::Number(_) => {}
            Self::Structure(structure) => structure.tell(name, step),
            Self::Slot(kind, region) => {
                let value = match kind {
                    Kind::OutNumber | Kind::OutBoolean => number(&region.bytes()).to_string(),
                    _ => set(number(&region.bytes())).to_owned(),
                };
                step.outputs.push(output(name, region, value, false));
            }
            Self::Buffer(region, Shown::Nothing) => {
                let outside = !region.guards_hold();
                step.outputs.extend(outside.then(|| Output {
                    name: name.to_owned(),
                    outside,
                    ..Output::default()
                }));
            }
            Self::Buffer(region, shown) => {
                let random = if let Shown::But(from, to) = shown { Some((*from, *to)) } else { None };
                step.outputs.push(output(name, region, hex(&region.bytes(), random), true));
            }
        }
    }
}

impl Structure {
    /// A structure in memory.
    pub fn new(layout: Option<&'static Layout>, image: &[u8], behind: Vec<(String, Behind)>) -> Rc<Self> {
        let region = Rc::new(Region::holding(image));
        Rc::new(Self { layout, region, behind: RefCell::new(behind), busy: Cell::new(false) })
    }

    fn mark(&self) {
        if self.busy.replace(true) {
            return;
        }
        self.region.mark();
        for (_, behind) in self.behind.borrow().iter() {
            match behind {
                Behind::Input(_) => {}
                Behind::Variable(_, variable) => variable.mark(),
                Behind::Structure(structure) => structure.mark(),
            }
        }
        self.busy.set(false);
    }

    /// Where a field of the first structure begins, its size, and whether it is a pointer.
    pub fn place(&self, field: &str) -> Option<(usize, usize, bool)> {
        let (at, field) = self.layout?.place(field)?;
        Some((at, field.kind.size(), field.kind.is_pointer()))
    }

    /// A field of the first structure as a number.
    pub fn field(&self, field: &str) -> Option<u64> {
        let (at, size, _) = self.place(field)?;
        self.region.bytes().get(at..at + size).map(number)
    }

    /// Puts something behind a field, in place of what was there. `field` may have an index before it.
    pub fn put(&self, field: String, behind: Option<Behind>) {
        let mut all = self.behind.borrow_mut();
        all.retain(|(known, _)| *known != field);
        all.extend(behind.map(|behind| (field, behind)));
    }

    /// Tells the fields that a call changed, and what it made of what they point at.
    pub fn tell(&self, name: &str, step: &mut Step) {
        let (before, now) = (self.region.before(), self.region.bytes());
        let size = self.layout.map_or(now.len(), Layout::size).max(1);
        let elements = before.chunks(size).zip(now.chunks(size)).enumerate();
        for (index, (before, now)) in elements {
            let path = if size < self.region.size() { format!("{name}[{index}]") } else { name.to_owned() };
            for (at, field) in self.layout.into_iter().flat_map(Layout::places) {
                let range = at..at + field.kind.size();
                let (before, now) = (before.get(range.clone()), now.get(range));
                if let Some(now) = now.filter(|now| before != Some(now)) {
                    let value = if field.kind.is_pointer() {
                        set(number(now)).to_owned()
                    } else {
                        number(now).to_string()
                    };
                    let name = format!("{path}.{}", field.name);
                    step.outputs.push(Output { name, value: Some(value), ..Output::default() });
                }
            }
        }
        if !self.region.guards_hold() {
            step.outputs.push(Output { name: name.to_owned(), outside: true, ..Output::default() });
        }
        self.tell_behind(name, step);
    }

    /// Tells what a call made of what the fields point at.
    pub fn tell_behind(&self, name: &str, step: &mut Step) {
        if self.busy.replace(true) {
            return;
        }
        for (field, behind) in self.behind.borrow().iter() {
            let dot = if field.starts_with('[') { "" } else { "." };
            let path = format!("{name}{dot}{field}");
            match behind {
                Behind::Input(region) if region.is_untouched() && region.guards_hold() => {}
                Behind::Input(_) => step.changed.push(path),
                Behind::Variable(name, variable) => variable.tell(name, step),
                Behind::Structure(structure) => {
                    if !structure.region.is_untouched() || !structure.region.guards_hold() {
                        step.changed.push(path.clone());
                    }
                    structure.tell_behind(&path, step);
                }
            }
        }
        self.busy.set(false);
    }
}

fn output(name: &str, region: &Region, value: String, bytes: bool) -> Output {
    let value = (!region.is_untouched()).then_some(value);
    Output { name: name.to_owned(), value, bytes, outside: !region.guards_hold() }
}

/// Little-endian bytes as a number.
pub fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// What is told of a handle or a pointer.
pub fn set(number: u64) -> &'static str {
    if number == 0 { "null" } else { "set" }
}

/// Two digits for each byte; two dots for one that is random.
pub fn hex(bytes: &[u8], random: Option<(usize, usize)>) -> String {
    let is_random = |index| random.is_some_and(|(from, to)| (from..to).contains(&index));
    let digits =
        |(index, byte): (usize, &u8)| if is_random(index) { "..".into() } else { format!("{byte:02x}") };
    bytes.iter().enumerate().map(digits).collect()
}
