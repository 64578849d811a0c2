//! Who a stream thread is to the cluster: stable over restarts, so that a successor fences it.

/// The identity of one stream thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The consumer group, shared by all threads of a service.
    pub application: String,
    /// This thread among them: the replica's ordinal and the thread's number, as `0-0`.
    pub instance: String,
    /// Where the process answers requests, for other instances to find the owner of a key.
    pub advertised: Option<String>,
}

impl Identity {
    /// The transactional id and the static member's id. Both must be stable: a random one would
    /// leave a crashed writer's transaction open, and its readers waiting, for the whole time-out.
    pub fn instance_id(&self) -> String {
        format!("{}-{}", self.application, self.instance)
    }

    /// What the cluster is told we are; carries the address.
    pub fn client_id(&self) -> String {
        match &self.advertised {
            Some(address) => format!("{}@{address}", self.instance_id()),
            None => self.instance_id(),
        }
    }

    /// The address in a client id, if it carries one.
    pub fn address_of(client_id: &str) -> Option<&str> {
        client_id.split_once('@').map(|(_, address)| address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_client_id() {
        let identity = Identity {
            application: "vigie-scorer".into(),
            instance: "1-0".into(),
            advertised: Some("scorer-1:8600".into()),
        };
        assert_eq!(identity.instance_id(), "vigie-scorer-1-0");
        assert_eq!(Identity::address_of(&identity.client_id()), Some("scorer-1:8600"));
        assert_eq!(Identity::address_of("vigie-scorer-1-0"), None);
    }
}
