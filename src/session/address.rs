// SPDX-License-Identifier: GPL-3.0-or-later
//! Whom an address stands for, when connections or guesses of one peer are counted (protocol.md section 2, point 3).

use core::net::{IpAddr, Ipv4Addr};

/// What one subscriber of a network provider has: an IPv4 address, or the 2^64 IPv6 addresses of a /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressBlock {
    /// One address.
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address.
    V6(u64),
}

impl From<IpAddr> for AddressBlock {
    fn from(address: IpAddr) -> Self {
        // A socket that takes both families shows IPv4 addresses inside IPv6 ones.
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_64_of_ipv6_is_one_block_and_ipv4_is_itself_however_it_is_written() {
        let block = |text: &str| AddressBlock::from(text.parse::<IpAddr>().expect("an address"));
        assert_eq!(block("2001:db8:0:1::1"), block("2001:db8:0:1:ffff::2"));
        assert_ne!(block("2001:db8:0:1::1"), block("2001:db8:0:2::1"));
        assert_eq!(block("::ffff:192.0.2.1"), block("192.0.2.1"));
        assert_ne!(block("192.0.2.2"), block("192.0.2.1"));
    }
}
