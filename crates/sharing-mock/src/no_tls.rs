//! What stands in the place of TLS in a build without the feature `tls`: nothing that could be.

use std::{convert::Infallible, io};

use tokio::net::TcpStream;

/// None can be made.
#[derive(Clone)]
pub(crate) struct Tls(Infallible);

impl Tls {
    #[expect(clippy::unused_async, reason = "it is called as the other is")]
    pub(crate) async fn accept(&self, _: TcpStream) -> io::Result<TcpStream> {
        match self.0 {}
    }

    pub(crate) fn certificate(&self) -> &str {
        match self.0 {}
    }
}
