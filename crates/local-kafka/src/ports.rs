//! Ports on the loopback, one after another, that nobody else takes while a server is down.
//!
//! They lie below the ports that systems give to outgoing connections (from 32,768 on Linux, 49,152
//! on macOS): a client that keeps trying a broker that is down would else, sooner or later, be
//! given the broker's own port and be connected to itself.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result};

/// How many ports a claim holds: the claim's own, and the listeners of three brokers.
const CLAIMED: u16 = 16;

/// Where claims start when no port is preferred.
const FIRST: u16 = 20_000;

/// How many claims there are to try, up to port 29,999.
const CLAIMS: u16 = 625;

/// A run of ports. The first is held while this lives, which tells other processes of ours.
#[derive(Debug)]
pub struct Claim {
    first: u16,
    _held: TcpListener,
}

impl Claim {
    /// Claims the ports from the preferred one on if all of them are free, else any.
    ///
    /// # Errors
    /// None of the claims is free.
    pub fn make(preferred: Option<u16>) -> Result<Self> {
        // Different processes start at different places, so that they seldom meet.
        let start = u16::try_from(std::process::id() % u32::from(CLAIMS)).unwrap_or(0);
        let others = (0..CLAIMS).map(|turn| FIRST + CLAIMED * ((start + turn) % CLAIMS));
        preferred
            .map(|port| port - 1)
            .into_iter()
            .chain(others)
            .find_map(Self::at)
            .context("no run of free ports between 20000 and 29999 on the loopback")
    }

    /// The port of that place behind the claim's own, from 0.
    pub fn port(&self, place: u16) -> u16 {
        self.first + 1 + place
    }

    fn at(first: u16) -> Option<Self> {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).ok()?;
        let rest: Option<Vec<TcpListener>> = (first + 1..first + CLAIMED)
            .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
            .collect();
        rest.map(|_| Self { first, _held: held })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_claims_share_no_port_and_a_preferred_one_is_taken_when_it_is_free() {
        let one = Claim::make(None).unwrap();
        let preferred = one.port(0);
        let other = Claim::make(Some(preferred)).unwrap();
        assert!(one.first.abs_diff(other.first) >= CLAIMED, "{one:?} {other:?}");
        drop(one);
        assert_eq!(Claim::make(Some(preferred)).unwrap().port(0), preferred);
    }
}
