//! What the configuration calls tell: the one provider there is, and the contexts as a stock Windows has them.
//!
//! On Windows this stands in the registry, whose keys the names are (behaviour.md s105): their ASCII case does not matter.
//! Here it is data of this file and the rows of [`ALGORITHMS`](crate::algorithm::ALGORITHMS), and nobody may change it.

pub mod answer;

use crate::algorithm::{self, Algorithm, Class};
use crate::memory;
use crate::names;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

pub use answer::Answer;

/// A context: for which interfaces it lists functions.
#[derive(Debug)]
pub struct Context {
    /// Its name.
    pub name: &'static str,
    /// BCRYPT_..._INTERFACE and NCRYPT_..._INTERFACE numbers.
    pub interfaces: &'static [u32],
}

/// The contexts of the local table (behaviour.md s107). SSL's cipher suites are those of a TLS provider, which there is
/// none of here.
pub static CONTEXTS: &[Context] = &[
    Context {
        name: names::CRYPT_DEFAULT_CONTEXT,
        interfaces: &[
            names::BCRYPT_CIPHER_INTERFACE,
            names::BCRYPT_HASH_INTERFACE,
            names::BCRYPT_ASYMMETRIC_ENCRYPTION_INTERFACE,
            names::BCRYPT_SECRET_AGREEMENT_INTERFACE,
            names::BCRYPT_SIGNATURE_INTERFACE,
            names::BCRYPT_RNG_INTERFACE,
            names::BCRYPT_KEY_DERIVATION_INTERFACE,
            names::BCRYPT_KEY_ENCAPSULATION_INTERFACE,
        ],
    },
    Context { name: "SSL", interfaces: &[names::NCRYPT_SCHANNEL_INTERFACE] },
];

/// The provider of every function.
pub const PROVIDER: &str = names::MS_PRIMITIVE_PROVIDER;

/// The file that has the provider, by the name that the system's loader knows. The PE build, which is made to be judged,
/// tells that of the library it stands for.
pub const IMAGE: &str = if cfg!(target_vendor = "apple") { "libbcrypt.0.dylib" } else { "libbcrypt.so.0" };

/// The contexts of a table. Nobody has put one into the domain's. Fails with `InvalidParameter` for a number that is no
/// table's.
pub fn table(number: u32) -> Result<&'static [Context]> {
    match number {
        names::CRYPT_LOCAL => Ok(CONTEXTS),
        names::CRYPT_DOMAIN => Ok(&[]),
        _ => Err(Status::InvalidParameter),
    }
}

/// Fails with `InvalidParameter` for a number that is no interface's.
pub fn require_interface(number: u32) -> Result<()> {
    require(names::INTERFACES.rows.iter().any(|row| row.value == number))
}

/// Fails with `NotFound` for a provider that is not registered.
pub fn require_provider(name: &WideName) -> Result<()> {
    if name.is_ignoring_case(PROVIDER) { Ok(()) } else { Err(Status::NotFound) }
}

/// Fails with `InvalidParameter` for a name that nothing can have.
pub fn require_name(name: &WideName) -> Result<()> {
    require(!name.is(""))
}

/// A context by its name. Fails with `InvalidParameter` for an unknown table, with `NotFound`.
pub fn context(table_number: u32, name: &WideName) -> Result<&'static Context> {
    table(table_number)?.iter().find(|context| name.is_ignoring_case(context.name)).ok_or(Status::NotFound)
}

impl Context {
    /// The functions that it lists for an interface, best first. Fails with `InvalidParameter` for an unknown interface,
    /// with `NotFound` for one that it has no list for.
    pub fn functions(&self, interface: u32) -> Result<impl Iterator<Item = &'static Algorithm>> {
        require_interface(interface)?;
        if !self.interfaces.contains(&interface) {
            return Err(Status::NotFound);
        }
        Ok(functions_of(interface))
    }

    /// A function by its name. Fails as [`Self::functions`], with `NotFound`.
    pub fn function(&self, interface: u32, name: &WideName) -> Result<&'static Algorithm> {
        self.functions(interface)?.find(|row| name.is_ignoring_case(row.name)).ok_or(Status::NotFound)
    }
}

/// The algorithms that the provider has for an interface.
fn functions_of(interface: u32) -> impl Iterator<Item = &'static Algorithm> + Clone {
    algorithm::implemented().filter(move |row| row.class as u32 == interface)
}

/// Whether the provider's function table for a class is one for an algorithm. RSA signs too, so it has both (behaviour.md
/// s116). Fails with `NotFound` for an unknown algorithm.
pub fn serves(class: Class, name: &WideName) -> Result<bool> {
    let of = algorithm::find(name)?.class;
    Ok(of == class || (of, class) == (Class::AsymmetricEncryption, Class::Signature))
}

/// Where a function stands.
#[derive(Clone, Copy, Debug)]
pub struct Function<'a> {
    /// CRYPT_LOCAL or CRYPT_DOMAIN.
    pub table: u32,
    /// The context's name.
    pub context: &'a WideName,
    /// The interface.
    pub interface: u32,
    /// The function's name.
    pub name: &'a WideName,
}

impl Function<'_> {
    /// Its row. Fails with `InvalidParameter` for an unknown table or interface, then with `NotFound`.
    pub fn find(&self) -> Result<&'static Algorithm> {
        table(self.table)?;
        require_interface(self.interface)?;
        context(self.table, self.context)?.function(self.interface, self.name)
    }
}

/// The contexts of a table: CRYPT_CONTEXTS. Fails with `InvalidParameter`, `NoMemory`.
pub fn contexts(table_number: u32) -> Result<Answer> {
    let names = table(table_number)?.iter().map(|context| Ok(context.name));
    memory::collected(names).map(Answer::Names)
}

/// How a context is set: CRYPT_CONTEXT_CONFIG, without a flag (behaviour.md s108). Fails as [`context`] does.
pub fn context_settings(table_number: u32, name: &WideName) -> Result<Answer> {
    context(table_number, name).map(|_| Answer::Settings)
}

/// The functions of a context: CRYPT_CONTEXT_FUNCTIONS. Fails with `InvalidParameter`, `NotFound`, `NoMemory`.
pub fn context_functions(table_number: u32, name: &WideName, interface: u32) -> Result<Answer> {
    table(table_number)?;
    require_interface(interface)?;
    let functions = context(table_number, name)?.functions(interface)?;
    memory::collected(functions.map(|row| Ok(row.name))).map(Answer::Names)
}

/// The providers of a function: CRYPT_CONTEXT_FUNCTION_PROVIDERS. Fails as [`Function::find`] does, with `NoMemory`.
pub fn function_providers(function: Function<'_>) -> Result<Answer> {
    function.find()?;
    memory::collected([Ok(PROVIDER)].into_iter()).map(Answer::Names)
}

/// How a function is set. None was ever set, so this always fails: as [`Function::find`] does, with `NotFound`
/// (behaviour.md s108).
pub fn function_settings(function: Function<'_>) -> Result<Answer> {
    function.find().and(Err(Status::NotFound))
}

/// A named value of a function. None was ever set, so this always fails as [`function_settings`].
pub fn function_value(function: Function<'_>, _name: &WideName) -> Result<Answer> {
    function.find().and(Err(Status::NotFound))
}

/// The registered providers: CRYPT_PROVIDERS. Fails with `NoMemory`.
pub fn providers() -> Result<Answer> {
    memory::collected([Ok(PROVIDER)].into_iter()).map(Answer::Names)
}

/// Fails with `InvalidParameter` for a number that is no mode, with `NotFound` for kernel mode, which there is none of. 0
/// is CRYPT_ANY too.
fn require_mode(mode: u32) -> Result<()> {
    match mode {
        0 | names::CRYPT_ANY | names::CRYPT_UM | names::CRYPT_MM => Ok(()),
        names::CRYPT_KM => Err(Status::NotFound),
        _ => Err(Status::InvalidParameter),
    }
}

/// The registration of a provider: CRYPT_PROVIDER_REG with an interface, or all for 0.
///
/// Fails with `InvalidParameter` for an unknown mode or interface, with `NotFound` for another provider or what this one
/// has not, with `NoMemory`.
pub fn registration(provider: &WideName, mode: u32, interface: u32) -> Result<Answer> {
    if interface != 0 {
        require_interface(interface)?;
    }
    require_mode(mode)?;
    require_provider(provider)?;
    let all = names::INTERFACES.rows.iter().map(|row| row.value);
    let served = all.filter(|&number| interface == 0 || number == interface);
    let served = served.filter(|&number| functions_of(number).next().is_some());
    let mut interfaces = memory::collected(served.map(Ok))?;
    interfaces.sort_unstable();
    if interfaces.is_empty() { Err(Status::NotFound) } else { Ok(Answer::Registration(interfaces)) }
}

/// What BCryptResolveProviders looks for; `None` is anything.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The context; the default one for `None` or no text.
    pub context: Option<&'a WideName>,
    /// The interface, 0 for any.
    pub interface: u32,
    /// The function.
    pub function: Option<&'a WideName>,
    /// The provider.
    pub provider: Option<&'a WideName>,
    /// CRYPT_UM and its like.
    pub mode: u32,
    /// CRYPT_ALL_FUNCTIONS, CRYPT_ALL_PROVIDERS.
    pub flags: u32,
}

/// The providers that serve a function: CRYPT_PROVIDER_REFS, with one entry unless all functions are asked for.
///
/// Fails with `InvalidParameter` for an unknown flag, mode or interface, with `NotFound` where nothing fits, with
/// `NoMemory`.
pub fn resolve(wanted: &Wanted<'_>) -> Result<Answer> {
    let given = |name: Option<&WideName>| name.copied().filter(|name| !name.is(""));
    require(wanted.flags & !(names::CRYPT_ALL_FUNCTIONS | names::CRYPT_ALL_PROVIDERS) == 0)?;
    if wanted.interface != 0 {
        require_interface(wanted.interface)?;
    }
    require_mode(wanted.mode)?;
    let context = match given(wanted.context) {
        Some(name) => context(names::CRYPT_LOCAL, &name)?,
        None => CONTEXTS.first().ok_or(Status::InternalError)?,
    };
    given(wanted.provider).map_or(Ok(()), |name| require_provider(&name))?;
    let function = given(wanted.function);
    let fits = |row: &&Algorithm| function.is_none_or(|name| name.is_ignoring_case(row.name));
    let interfaces = context.interfaces.iter().copied();
    let interfaces = interfaces.filter(|&number| wanted.interface == 0 || number == wanted.interface);
    let most = if wanted.flags & names::CRYPT_ALL_FUNCTIONS != 0 { usize::MAX } else { 1 };
    let found = memory::collected(interfaces.flat_map(functions_of).filter(fits).take(most).map(Ok))?;
    if found.is_empty() { Err(Status::NotFound) } else { Ok(Answer::References(found)) }
}

/// What BCryptRegisterConfigChangeNotify gives out. Nothing here ever changes, so it tells of nothing.
#[derive(Debug)]
pub struct Notification;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn name(text: &str) -> WideName {
        WideName::read(text.encode_utf16())
    }

    /// No algorithm is missing in the default context, and none stands there twice.
    #[test]
    fn the_default_context_lists_every_algorithm_once() {
        let default = context(names::CRYPT_LOCAL, &name("default")).unwrap();
        let listed: Vec<&str> = default
            .interfaces
            .iter()
            .flat_map(|&number| default.functions(number).unwrap())
            .map(|row| row.name)
            .collect();
        let all: Vec<&str> = algorithm::implemented().map(|row| row.name).collect();
        assert_eq!(listed, all, "in the order of BCryptEnumAlgorithms too");
    }

    #[test]
    fn resolving_finds_the_first_function_or_all() {
        let wanted =
            Wanted { context: None, interface: 2, function: None, provider: None, mode: 1, flags: 0 };
        let Answer::References(first) = resolve(&wanted).unwrap() else { unreachable!() };
        let Answer::References(all) = resolve(&Wanted { flags: 3, ..wanted }).unwrap() else {
            unreachable!()
        };
        assert_eq!(first.len(), 1);
        assert_eq!(all.len(), functions_of(2).count());
        assert_eq!(first.first().unwrap().name, all.first().unwrap().name);
    }
}
