// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a host is: a name or an IP address, and a port.

use std::fmt;
use std::net::Ipv6Addr;

use super::refusal::Invalid;

/// The port of a host that names none.
pub const DEFAULT_PORT: u16 = 3_000;

/// Bytes of a host's name, as the domain name system allows them.
const HOST_BYTES_MAX: usize = 253;

/// A host's name or address, and its port. Written as in a URL, with brackets around IPv6. However a player writes one
/// and the same address, it is equal: players know hosts by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostAddress {
    host: String,
    port: u16,
}

impl HostAddress {
    /// Checks a host name or IP address (IPv6 without brackets) and a port other than 0.
    pub fn parse(host: &str, port: u16) -> Result<Self, Invalid> {
        if port == 0 {
            return Err(Invalid::field("port", "is 0: a host listens on 1 to 65535"));
        }
        if let Ok(address) = host.parse::<Ipv6Addr>() {
            return Ok(Self { host: address.to_string(), port });
        }
        let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if host.is_empty() || host.len() > HOST_BYTES_MAX || !is_name {
            return Err(Invalid::field("host", "is not a host name or an IP address (IPv6 without brackets)"));
        }
        Ok(Self { host: host.to_ascii_lowercase(), port })
    }

    /// Checks `HOST:PORT` or `HOST`, with brackets around IPv6, as a player types it.
    pub fn parse_authority(text: &str) -> Result<Self, Invalid> {
        let no_port = || Invalid::field("address", "does not end with a port such as :3000");
        let (host, rest) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(Some((host, rest))) if is_ipv6(host) => (host, rest),
            Some(_) => return Err(Invalid::field("address", "is not an IPv6 address in brackets")),
            None => text.split_at(text.find(':').unwrap_or(text.len())),
        };
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => DEFAULT_PORT,
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().map_err(|_| no_port())?
            }
            _ => return Err(no_port()),
        };
        Self::parse(host, port)
    }

    /// The name or the IP address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if is_ipv6(host) { write!(formatter, "[{host}]:{port}") } else { write!(formatter, "{host}:{port}") }
    }
}

fn is_ipv6(host: &str) -> bool {
    host.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address() {
        for (host, authority) in
            [("localhost", "localhost:3000"), ("127.0.0.1", "127.0.0.1:3000"), ("::1", "[::1]:3000")]
        {
            let address = HostAddress::parse(host, 3000).map(|address| address.to_string());
            assert_eq!(address, Ok(authority.to_owned()));
        }
        for host in
            ["", "a b", "example.org:3000", "fe80::1%eth0", "a/b", "user@host", "[::1]", "ho\nst", &"x".repeat(254)]
        {
            assert!(HostAddress::parse(host, 3000).is_err(), "{host}");
        }
        assert!(HostAddress::parse("localhost", 0).is_err());
    }

    #[test]
    fn one_address_has_one_form() {
        assert_eq!(HostAddress::parse("Example.ORG", 3000), HostAddress::parse("example.org", 3000));
        assert_eq!(HostAddress::parse("2001:DB8:0:0:0:0:0:1", 3000), HostAddress::parse("2001:db8::1", 3000));
    }

    #[test]
    fn an_address_in_one_text_may_leave_out_the_port() {
        for (text, host, port) in [
            ("example.org", "example.org", 3000),
            ("example.org:1", "example.org", 1),
            ("192.168.1.2:65535", "192.168.1.2", 65_535),
            ("[2001:db8::1]", "2001:db8::1", 3000),
            ("[2001:db8::1]:4000", "2001:db8::1", 4000),
        ] {
            assert_eq!(HostAddress::parse_authority(text), HostAddress::parse(host, port), "{text}");
        }
        for text in
            ["", ":3000", "a:", "a:0", "a:65536", "a:+1", "2001:db8::1", "[::1", "[::1]x", "[::1]:", "[a]:1", "a:1:2"]
        {
            assert!(HostAddress::parse_authority(text).is_err(), "{text}");
        }
    }
}
