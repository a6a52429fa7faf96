//! The way by which a backend calls us while we have no listener of our own.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use standin_fallback::Backend;
use standin_gateway::Gateway;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

use crate::emulator::local_url;

/// A listener on loopback for the backend alone, made with the first request that comes in memory.
#[derive(Debug, Default)]
pub(crate) struct CallBack {
    listening: OnceCell<Option<JoinHandle<()>>>,
}

impl CallBack {
    /// Listens, and says to the backend where; after `serve` it has been told already, and this changes nothing.
    pub(crate) async fn ensure(&self, backend: &Backend, gateway: &Arc<Gateway>) {
        self.listening.get_or_init(|| async { listen(backend, gateway.clone()).await.ok() }).await;
    }
}

impl Drop for CallBack {
    fn drop(&mut self) {
        if let Some(Some(task)) = self.listening.get() {
            task.abort();
        }
    }
}

async fn listen(backend: &Backend, gateway: Arc<Gateway>) -> io::Result<JoinHandle<()>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    backend.set_endpoint(&local_url(listener.local_addr()?));
    let serving = standin_gateway::serve(listener, gateway, std::future::pending());
    Ok(tokio::spawn(serving))
}
