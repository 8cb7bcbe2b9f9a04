//! The numbers of the SDK's headers that scenarios name.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../scenarios/constants.tsv");

static BY_NAME: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| rows().collect());

fn rows() -> impl Iterator<Item = (&'static str, u32)> {
    TABLE.lines().filter_map(|line| {
        let (name, number) = line.split_once('\t')?;
        Some((name, u32::from_str_radix(number.strip_prefix("0x")?, 16).ok()?))
    })
}

/// The number of a name.
pub fn constant(name: &str) -> Option<u32> {
    BY_NAME.get(name).copied()
}

/// The name of a status, or its hexadecimal digits.
pub fn status_name(status: u32) -> String {
    rows()
        .find(|&(name, number)| number == status && name.starts_with("STATUS_"))
        .map_or_else(|| format!("0x{status:08X}"), |(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name_and_a_number() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        assert_eq!(constant("STATUS_INVALID_PARAMETER"), Some(0xC000_000D));
        assert_eq!(status_name(0), "STATUS_SUCCESS");
        assert_eq!(status_name(0xC000_FFFF), "0xC000FFFF");
    }
}
