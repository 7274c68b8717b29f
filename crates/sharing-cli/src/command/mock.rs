//! `sharing mock`: the service on loopback, out of this program.

use clap::Args;
use sharing_mock::program::Arguments;

use crate::{exit::Exit, failure::Failure};

/// Serve the sharing service on loopback until Ctrl-C, for programs in any language.
#[derive(Debug, Args)]
#[command(
    long_about = "Serve the sharing service of OneDrive, SharePoint and Microsoft Graph on loopback until Ctrl-C.\n\n\
                  Prints its URL on standard output once it serves. Any bearer token will do, unless --auth strict asks for one \
                  of its own login. What came in, the mails that it would have sent, its clock and more are below /_mock/, of \
                  which /_mock/openapi.json tells.",
    after_help = "Example, in two terminals:
  sharing mock --port 4000
  SHARING_TOKEN=any sharing --endpoint http://127.0.0.1:4000 item show me:/"
)]
pub(crate) struct Mock {
    #[command(flatten)]
    arguments: Arguments,
}

impl Mock {
    pub(crate) async fn run(self) -> Result<Exit, Failure> {
        self.arguments.run().await.map_err(|error| Failure::Mock(error.to_string()))?;
        Ok(Exit::Done)
    }
}
