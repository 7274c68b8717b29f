//! A credential of Microsoft's own crate signs in at the login service, unchanged.

use std::sync::Arc;

use azure_core::{
    cloud::CustomConfiguration,
    http::{ClientOptions, Transport},
};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use sharing_http::{AzureCredential, Client, Endpoint};
use sharing_mock::{Application, AuthMode, MockServer};

/// Its options: the service on loopback is its cloud, and the service's certificate one to trust.
fn options(server: &MockServer) -> ClientSecretCredentialOptions {
    let certificate = reqwest::Certificate::from_pem(server.certificate().unwrap().as_bytes()).unwrap();
    let http = reqwest::Client::builder().tls_certs_only([certificate]).no_proxy().build().unwrap();
    let mut cloud = CustomConfiguration::default();
    cloud.authority_host = server.url().to_owned();
    let client_options = ClientOptions {
        cloud: Some(Arc::new(cloud.into())),
        transport: Some(Transport::new(Arc::new(http))),
        ..ClientOptions::default()
    };
    ClientSecretCredentialOptions { client_options }
}

/// A client that trusts the service and signs in as the application that holds a secret.
fn client(server: &MockServer, secret: &str) -> Client {
    let id = Application::daemon().id;
    let credential =
        ClientSecretCredential::new("contoso.com", id, secret.to_owned().into(), Some(options(server)));
    let endpoint = Endpoint::new(server.url()).unwrap();
    let credential = AzureCredential::new(credential.unwrap(), &endpoint);
    let client = Client::builder().endpoint(endpoint).credential(credential);
    client.root_certificates(server.certificate().unwrap()).build().unwrap()
}

#[tokio::test]
async fn an_azure_identity_credential_signs_in() {
    let server = MockServer::builder().auth(AuthMode::Strict).tls().start().await.unwrap();
    let notes = "/users/nadia@contoso.com/drive/root:/Notes.txt".parse().unwrap();

    let right = client(&server, Application::daemon().secrets[0].expose());
    for _ in 0..2 {
        assert_eq!(right.item(&notes).get().await.unwrap().name.as_deref(), Some("Notes.txt"));
    }
    let fetched = server.requests().iter().filter(|entry| entry.path.ends_with("/token")).count();
    assert_eq!(fetched, 1);

    let error = client(&server, "wrong").item(&notes).get().await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("AADSTS7000215") && !shown.contains("wrong"), "{shown}");
}
