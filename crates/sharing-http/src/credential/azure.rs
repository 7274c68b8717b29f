//! `AzureCredential`: any credential of Microsoft's own crates.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use azure_core::credentials::TokenCredential;

use crate::{AccessToken, Endpoint, TokenError, TokenFuture, TokenSource};

/// Any credential of the `azure_identity` crate, or another `TokenCredential` of `azure_core` 1: the Azure CLI's sign-in,
/// a managed identity, a workload identity.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use azure_core::{credentials::{AccessToken, TokenCredential, TokenRequestOptions}, time::OffsetDateTime};
/// # #[derive(Debug)] struct AzureCli;
/// # #[async_trait::async_trait] impl TokenCredential for AzureCli {
/// #     async fn get_token(&self, _: &[&str], _: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
/// #         Ok(AccessToken::new("any token".to_owned(), OffsetDateTime::now_utc()))
/// #     }
/// # }
/// use sharing_http::{AzureCredential, Client, Endpoint};
///
/// # let server = sharing_mock::MockServer::start().await?;
/// # let credential = std::sync::Arc::new(AzureCli);
/// // With `azure_identity`: `let credential = AzureCliCredential::new(None)?;`
/// let endpoint = Endpoint::new(server.url())?;
/// let credential = AzureCredential::new(credential, &endpoint);
/// let client = Client::builder().endpoint(endpoint).credential(credential).build()?;
/// assert!(client.item(&"/drive/root".parse()?).get().await?.is_folder());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct AzureCredential {
    credential: Arc<dyn TokenCredential>,
    scope: String,
}

impl AzureCredential {
    /// A credential, asked for tokens for an endpoint.
    ///
    /// ```
    /// # use azure_core::credentials::TokenCredential;
    /// use sharing_http::{AzureCredential, Endpoint};
    ///
    /// # fn example(credential: std::sync::Arc<dyn TokenCredential>) {
    /// let credential = AzureCredential::new(credential, &Endpoint::graph());
    /// assert!(format!("{credential:?}").contains("https://graph.microsoft.com/.default"));
    /// # }
    /// ```
    #[must_use]
    pub fn new(credential: Arc<dyn TokenCredential>, endpoint: &Endpoint) -> Self {
        Self { credential, scope: format!("{}/.default", endpoint.origin().ascii_serialization()) }
    }
}

impl TokenSource for AzureCredential {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let token = self.credential.get_token(&[&self.scope], None).await.map_err(TokenError::new)?;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            let expires = u64::try_from(token.expires_on.unix_timestamp()).unwrap_or_default();
            let rest = Duration::from_secs(expires).saturating_sub(now);
            Ok(AccessToken::new(token.token.secret().into()).expires_in(rest))
        })
    }
}
