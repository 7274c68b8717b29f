//! Proxies come from the environment, which belongs to a process: each test asks in a process of its own.

use std::{env, process::Command};

use sharing_http::{Client, Endpoint, retry::RetryPolicy};
use sharing_mock::MockServer;

use crate::stranger::{Stranger, answer};

const TOKEN: &str = "a-very-secret-token";
const ENDPOINT: &str = "SHARING_TEST_PROXIED_ENDPOINT";

/// What the processes run; without an endpoint in the environment there is nothing to ask.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the process that waits reads it")]
async fn ask() {
    let Ok(endpoint) = env::var(ENDPOINT) else { return };
    let builder = Client::builder().endpoint(Endpoint::new(&endpoint).unwrap()).token(TOKEN.into());
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    match client.item(&"/drive/root".parse().unwrap()).get().await {
        Ok(item) => println!("asked: {}", item.name.unwrap_or_default()),
        Err(error) => println!("asked: {error}"),
    }
}

/// What somebody says who asks an endpoint with this proxy in the environment.
async fn asked(endpoint: &str, proxy: &str) -> String {
    let (endpoint, proxy) = (endpoint.to_owned(), proxy.to_owned());
    let output = tokio::task::spawn_blocking(move || {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "proxy::ask", "--nocapture"])
            .envs(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"].map(|name| (name, &proxy)))
            .envs([("NO_PROXY", ""), ("no_proxy", "")])
            .env(ENDPOINT, endpoint)
            .output()
            .unwrap()
    });
    String::from_utf8(output.await.unwrap().stdout).unwrap()
}

#[tokio::test]
async fn an_endpoint_elsewhere_is_asked_through_the_environments_proxy() {
    let refusal = answer("403 Forbidden", "", "not through here");
    let proxy = Stranger::saying(|_| vec![refusal]).await;
    let said = asked("https://graph.microsoft.com/v1.0", proxy.url()).await;
    let heard = proxy.asked();
    assert_eq!(heard.len(), 1, "{said}");
    assert!(heard[0].starts_with("CONNECT graph.microsoft.com:443 "), "{heard:?}");
    assert!(!heard[0].contains(TOKEN), "a proxy sees a tunnel, no token");
    assert!(said.contains("asked: "), "{said}");
}

#[tokio::test]
async fn loopback_is_asked_directly_whatever_the_environment_says() {
    let server = MockServer::start().await.unwrap();
    let proxy = Stranger::saying(|_| vec![answer("200 OK", "", "{}")]).await;
    let said = asked(&format!("{}/v1.0", server.url()), proxy.url()).await;
    assert!(said.contains("asked: root"), "{said}");
    assert_eq!(proxy.asked(), Vec::<String>::new());
}
