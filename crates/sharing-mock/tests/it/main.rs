//! The service as a client in any language sees it: over the wire.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod addresses;
mod bad_input;
mod batch;
mod control;
mod faults;
mod limits;
mod links;
mod login;
mod page;
mod people;
mod places;
mod program;
mod provoke;
mod query;
mod refusals;
mod same;
mod spaces;
mod state;
mod transport;
mod world;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use sharing_mock::{MockServer, MockServerBuilder};

// Each answer of the mock is compared with the published schemas, in every test of this crate.
const _: () =
    assert!(sharing_mock::VALIDATES || !cfg!(debug_assertions), "sharing-mock is built without `validate`");

/// The item that the tests share, by path.
const REPORT: &str = "/drive/root:/Projects/Quarterly%20report.docx:";

/// A thing without what says by which way it was asked for.
fn bare(mut thing: Value) -> Value {
    thing.as_object_mut().unwrap().remove("@odata.context");
    thing
}

struct Wire {
    server: MockServer,
    http: Client,
}

impl Wire {
    async fn start() -> Self {
        Self::of(MockServer::builder()).await
    }

    async fn of(server: MockServerBuilder) -> Self {
        let http = Client::builder().no_proxy().build().unwrap();
        Self { server: server.start().await.unwrap(), http }
    }

    async fn send(&self, method: &str, path: &str, body: Option<&str>) -> Response {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, format!("{}{path}", self.server.url())).bearer_auth("any");
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_owned()),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.send("GET", path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &str) -> Value {
        let response = self.send("POST", path, Some(body)).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }
}
