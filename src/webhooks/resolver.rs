//! Looks names up at the moment of connecting, and hands on only addresses that may be connected to: a name that points
//! elsewhere a moment later gains nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::address::Allowed;

/// The system's resolver, with what it finds sifted.
pub(super) struct Sifting(pub(super) Arc<Allowed>);

/// A name has no address that may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("its address is in no network that may be told; see WEBHOOK_NETWORKS")]
pub(super) struct NotAllowed;

impl Resolve for Sifting {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            // reqwest puts the port in itself.
            let found = lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> = found.filter(|address| allowed.allows(address.ip())).collect();
            if good.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}
