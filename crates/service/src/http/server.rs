//! The HTTP server: its own OS thread and its own small runtime, so that nothing below is async.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::Api;

/// Threads that move bytes; what reads the log runs beside them.
const THREADS: usize = 2;

/// Threads that read for requests at most; requests beyond them wait.
pub(super) const READING_THREADS: usize = 16;

/// How long open requests may take to end once the server is asked to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Why the API cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be had.
    #[error("cannot listen on {listen}: {cause}; choose another address with http.listen")]
    Bind {
        /// The address asked for.
        listen: SocketAddr,
        /// The system's reason.
        cause: std::io::Error,
    },
    /// The thread or its runtime cannot be had.
    #[error("cannot start the HTTP server: {0}")]
    Start(std::io::Error),
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where this machine reaches it, also when it listens on every address.
    pub fn loopback_address(&self) -> SocketAddr {
        loopback_of(self.address)
    }

    /// Takes no more requests, and waits up to five seconds for those that are open.
    pub fn stop(self) {
        // A server that ended on its own has nobody left to ask.
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

/// Serves the API.
///
/// # Errors
/// When the address is taken or no thread can be had.
pub fn serve(api: &Api, listen: SocketAddr) -> Result<Server, ServeError> {
    let bind = || {
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    let (listener, address) = bind().map_err(|cause| ServeError::Bind { listen, cause })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .max_blocking_threads(READING_THREADS)
        .thread_name("http")
        .enable_all()
        .build()
        .map_err(ServeError::Start)?;
    let (stop, stopped) = oneshot::channel();
    let router = api.router();
    let run = move || {
        runtime.block_on(run(listener, router, stopped));
        runtime.shutdown_timeout(LAST_REQUESTS);
    };
    let thread =
        std::thread::Builder::new().name("http".into()).spawn(run).map_err(ServeError::Start)?;
    Ok(Server { address, stop, thread })
}

async fn run(listener: TcpListener, router: axum::Router, stopped: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the HTTP server cannot use its socket");
            return;
        }
    };
    let (ending, ended) = oneshot::channel();
    let graceful = async move {
        // The server also ends when whoever could stop it is gone.
        let _ = stopped.await;
        let _ = ending.send(());
    };
    let late = async {
        let _ = ended.await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        result = axum::serve(listener, router).with_graceful_shutdown(graceful) => {
            if let Err(error) = result {
                tracing::error!(%error, "the HTTP server ended");
            }
        }
        () = late => tracing::warn!("requests were still open when the HTTP server stopped"),
    }
}

/// Where this machine reaches a server that may listen on every address.
fn loopback_of(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_reached_over_loopback() {
        let of = |text: &str| loopback_of(text.parse().expect("an address")).to_string();
        assert_eq!(of("0.0.0.0:8600"), "127.0.0.1:8600");
        assert_eq!(of("[::]:8600"), "[::1]:8600");
        assert_eq!(of("10.0.0.7:8600"), "10.0.0.7:8600");
    }
}
