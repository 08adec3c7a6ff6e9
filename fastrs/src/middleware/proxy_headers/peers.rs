//! Addresses and networks that are trusted.

use std::net::{IpAddr, SocketAddr};

/// A set of peers.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers {
    networks: Vec<Network>,
    /// Whether a peer without an address, which connects over a Unix socket, is one of them.
    unix: bool,
}

#[derive(Clone, Debug)]
struct Network {
    address: IpAddr,
    /// The number of leading bits that an address in the network shares with `address`.
    prefix: u32,
}

impl Peers {
    /// Adds an address, a network, or `unix`.
    ///
    /// # Errors
    ///
    /// Fails with what to write instead.
    pub(super) fn add(&mut self, text: &str) -> Result<(), String> {
        match text {
            "unix" | "unix:" => self.unix = true,
            "*" => {
                return Err("`*` would let every client pretend to be another: name the networks of the proxies, such as `10.0.0.0/8`".to_owned());
            }
            _ => self.networks.push(Network::parse(text)?),
        }
        Ok(())
    }

    pub(super) fn contains(&self, peer: Option<SocketAddr>) -> bool {
        match peer {
            None => self.unix,
            Some(peer) => {
                let peer = peer.ip().to_canonical();
                self.networks.iter().any(|network| network.contains(peer))
            }
        }
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, String> {
        let mistake = || {
            format!(
                "`{text}` is not a peer: write an address such as `10.0.0.1`, a network such as `10.0.0.0/8`, or `unix`"
            )
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().map_err(|_| mistake())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| mistake())?;
        let (width, bits) = bits(address);
        let prefix = prefix.unwrap_or(width);
        if prefix > width {
            return Err(mistake());
        }
        let kept = bits & !u128::MAX.checked_shr(128 - width + prefix).unwrap_or(0);
        if kept != bits {
            let network = match address {
                IpAddr::V4(_) => IpAddr::V4((kept as u32).into()),
                IpAddr::V6(_) => IpAddr::V6(kept.into()),
            };
            return Err(format!(
                "`{text}` has bits beyond its prefix: write `{network}/{prefix}`"
            ));
        }
        Ok(match (address.to_canonical(), prefix.checked_sub(96)) {
            (v4 @ IpAddr::V4(_), Some(prefix)) if address.is_ipv6() => Self {
                address: v4,
                prefix,
            },
            _ => Self { address, prefix },
        })
    }

    fn contains(&self, address: IpAddr) -> bool {
        let ((width, own), (other_width, other)) = (bits(self.address), bits(address));
        let differing = (own ^ other).checked_shr(width - self.prefix).unwrap_or(0);
        width == other_width && differing == 0
    }
}

/// Returns the number of bits of an address, and its bits.
fn bits(address: IpAddr) -> (u32, u128) {
    match address {
        IpAddr::V4(v4) => (32, u32::from(v4).into()),
        IpAddr::V6(v6) => (128, v6.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Peers;

    fn peers(text: &str) -> Peers {
        let mut peers = Peers::default();
        peers.add(text).unwrap();
        peers
    }

    #[test]
    fn a_network_contains_its_addresses() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1:1", "11.0.0.1:1"),
            ("192.0.2.7", "192.0.2.7:1", "192.0.2.6:1"),
            ("192.0.2.6/31", "192.0.2.7:1", "192.0.2.5:1"),
            ("0.0.0.0/0", "1.2.3.4:1", "[::1]:1"),
            ("::/0", "[::1]:1", "1.2.3.4:1"),
            ("fd00::/8", "[fdff::1]:1", "[fe00::1]:1"),
            ("::1", "[::1]:1", "[::2]:1"),
            // A socket that accepts both versions sees IPv4 addresses as IPv6.
            ("10.0.0.0/8", "[::ffff:10.1.2.3]:1", "[::ffff:11.1.2.3]:1"),
            ("::ffff:10.0.0.0/104", "10.1.2.3:1", "11.1.2.3:1"),
            ("::ffff:10.0.0.1", "10.0.0.1:1", "10.0.0.2:1"),
        ] {
            let peers = peers(network);
            assert!(
                peers.contains(Some(inside.parse().unwrap())),
                "{network} {inside}"
            );
            assert!(
                !peers.contains(Some(outside.parse().unwrap())),
                "{network} {outside}"
            );
            assert!(!peers.contains(None), "{network}");
        }
        let unix = peers("unix");
        assert!(unix.contains(None) && !unix.contains(Some("127.0.0.1:1".parse().unwrap())));
    }

    #[test]
    fn a_mistake_says_what_to_write() {
        for (text, expected) in [
            ("localhost", "`localhost` is not a peer: write an address"),
            ("10.0.0.0/33", "`10.0.0.0/33` is not a peer"),
            ("10.0.0.0/", "`10.0.0.0/` is not a peer"),
            ("10.0.0.1:80", "`10.0.0.1:80` is not a peer"),
            ("10.0.0.1/8", "write `10.0.0.0/8`"),
            ("fd00::1/8", "write `fd00::/8`"),
            ("10.0.0.1/0", "write `0.0.0.0/0`"),
            ("*", "name the networks of the proxies"),
        ] {
            let mistake = Peers::default().add(text).unwrap_err();
            assert!(mistake.contains(expected), "{text}: {mistake}");
        }
    }
}
