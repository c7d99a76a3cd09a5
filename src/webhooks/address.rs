//! Which addresses may be connected to. An address that a client names must not reach into the network this program runs in:
//! its machine, its neighbours, or a cloud's metadata.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// Azure's own services stand behind this public address.
const AZURE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// Which addresses may be connected to.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    /// Networks that are not public, and allowed.
    networks: Vec<IpNet>,
    /// Whether public addresses are allowed too.
    public: bool,
}

impl Allowed {
    /// Public addresses, and these networks.
    pub(super) const fn public_and(networks: Vec<IpNet>) -> Self {
        Self { networks, public: true }
    }

    /// These networks alone.
    pub(super) const fn only(networks: Vec<IpNet>) -> Self {
        Self { networks, public: false }
    }

    /// Whether this address may be connected to; as what it is reached as, however it is written.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        let address = plain(address);
        (self.public && is_public(address)) || self.networks.iter().any(|network| network.contains(&address))
    }
}

/// An IPv4 address that is written as an IPv6 one (mapped, or for NAT64) is that IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            IpAddr::V4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
        }
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// All but what IANA's registry of special-purpose addresses keeps from being global.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // "This network", private, loopback, multicast and reserved.
        (0 | 10 | 127 | 224.., ..) => true,
        // Shared by a provider's customers (CGNAT).
        (100, 64..=127, _) => true,
        // Link-local, with most clouds' metadata; private.
        (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, 6to4 relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special && address != AZURE
}

/// Global unicast, but for what tunnels to an IPv4 address, and documentation.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let special = match (a, b) {
        // Protocol assignments with Teredo, documentation, 6to4.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) => true,
        (0x3fff, 0..=0xfff) => true,
        _ => false,
    };
    (0x2000..=0x3fff).contains(&a) && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_public_is_not_connected_to() {
        let allowed = Allowed::public_and(Vec::new());
        for public in
            ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::1.1.1.1"]
        {
            assert!(allowed.allows(public.parse().unwrap()), "{public}");
        }
        let private = "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.255.255 192.0.0.1 192.168.1.1 \
            198.18.0.1 203.0.113.7 224.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 \
            64:ff9b::10.0.0.1 64:ff9b:1::1 fe80::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 2002:7f00:1::1 2001::1 \
            ::7f00:1 100::1";
        for private in private.split_whitespace() {
            assert!(!allowed.allows(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn networks_of_ones_own_are_allowed_by_name_alone() {
        let networks = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for allowed in [Allowed::public_and(networks.clone()), Allowed::only(networks)] {
            for ours in ["10.9.9.9", "::ffff:10.9.9.9", "::1"] {
                assert!(allowed.allows(ours.parse().unwrap()), "{ours}");
            }
            assert!(!allowed.allows("127.0.0.1".parse().unwrap()));
            assert_eq!(allowed.allows("1.1.1.1".parse().unwrap()), allowed.public);
        }
    }
}
