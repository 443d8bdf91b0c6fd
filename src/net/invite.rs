// SPDX-License-Identifier: GPL-3.0-or-later
//! The addresses by which a host can be reached, for its invitation.

use std::net::{IpAddr, Ipv4Addr};

use crate::protocol::invitation::ADDRESSES_MAX;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{HostAddress, Refusal};

/// First those that the player names, then those of this machine's own network, IPv4 before IPv6; at most as many as an
/// invitation holds. Only the player knows by which name or address the machine is seen from outside.
pub fn addresses(named: Vec<HostAddress>, bound: Option<IpAddr>, port: u16) -> Result<Vec<HostAddress>, Refusal> {
    let own = match bound {
        Some(address) if !address.is_unspecified() => vec![address],
        _ => own_addresses()?,
    };
    let mut addresses = named;
    for address in own {
        let address = HostAddress::parse(&address.to_string(), port)?;
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses.truncate(ADDRESSES_MAX);
    Ok(addresses)
}

fn own_addresses() -> Result<Vec<IpAddr>, Refusal> {
    let unknown = |error| Refusal::new(ErrorCode::Internal, format!("the machine's addresses cannot be read: {error}"));
    let interfaces = if_addrs::get_if_addrs().map_err(unknown)?;
    let mut addresses: Vec<_> = interfaces.iter().map(if_addrs::Interface::ip).filter(is_usable).collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    if addresses.is_empty() {
        addresses.push(Ipv4Addr::LOCALHOST.into());
    }
    Ok(addresses)
}

/// Link-local IPv6 addresses mean nothing without the name of an interface, which differs from machine to machine.
fn is_usable(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !address.is_loopback() && !address.is_link_local(),
        IpAddr::V6(address) => !address.is_loopback() && !address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> HostAddress {
        HostAddress::parse_authority(text).expect("an address")
    }

    #[test]
    fn what_the_player_names_comes_first_and_nothing_twice() {
        let bound = Some(IpAddr::from([192, 168, 1, 2]));
        let named = vec![address("example.org:4000"), address("192.168.1.2:3000")];
        assert_eq!(addresses(named.clone(), bound, 3000), Ok(named));
        let found = addresses(vec![address("example.org:4000")], bound, 3000).expect("addresses");
        assert_eq!(found, [address("example.org:4000"), address("192.168.1.2:3000")]);
    }

    #[test]
    fn a_host_that_listens_everywhere_names_its_own_addresses() {
        for bound in [None, Some(IpAddr::from([0, 0, 0, 0]))] {
            let found = addresses(Vec::new(), bound, 3000).expect("addresses");
            assert!((1..=ADDRESSES_MAX).contains(&found.len()));
            assert!(found.iter().all(|address| address.port() == 3000));
        }
    }
}
