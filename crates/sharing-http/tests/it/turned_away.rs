//! A service that speaks HTTP/2, and says of some requests that it never looked at them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use h2::{Reason, server::Connection};
use http::{Request, Response};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use sharing_http::{Client, Endpoint, Error, retry::RetryPolicy};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
    server::TlsStream,
};

use crate::stranger;

/// What becomes of the next request.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// The stream ends for this reason.
    Reset(Reason),
    /// The connection ends for this reason, before any request was looked at.
    GoAway(Reason),
    Granted,
}

/// What the service still has to do, and the names of the requests that it looked at, or refused to.
#[derive(Debug, Default)]
struct Script {
    next: VecDeque<Next>,
    names: Vec<String>,
}

/// A service that does this, request by request, and its certificate.
async fn service(next: impl IntoIterator<Item = Next>) -> (String, String, Arc<Mutex<Script>>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://127.0.0.1:{}/v1.0", listener.local_addr().unwrap().port());
    let script = Arc::new(Mutex::new(Script { next: next.into_iter().collect(), ..Script::default() }));
    let shared = Arc::clone(&script);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, script) = (acceptor.clone(), Arc::clone(&shared));
            tokio::spawn(async move { serve(acceptor.accept(stream).await.unwrap(), &script).await });
        }
    });
    (url, cert.pem(), script)
}

async fn serve(stream: TlsStream<TcpStream>, script: &Mutex<Script>) {
    let mut connection: Connection<_, Bytes> = h2::server::handshake(stream).await.unwrap();
    let goodbye = script.lock().unwrap().next.pop_front_if(|next| matches!(next, Next::GoAway(_)));
    if let Some(Next::GoAway(reason)) = goodbye {
        connection.abrupt_shutdown(reason);
    }
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let mut script = script.lock().unwrap();
        script.names.push(name(&request));
        match script.next.pop_front() {
            Some(Next::Granted) => {
                let mut body = respond.send_response(Response::new(()), false).unwrap();
                let granted = r#"{ "value": [{ "id": "aTowIy5m", "roles": ["read"] }] }"#;
                body.send_data(granted.into(), true).unwrap();
            }
            Some(Next::Reset(reason)) => respond.send_reset(reason),
            other => panic!("{other:?}, and a request"),
        }
    }
}

fn name<T>(request: &Request<T>) -> String {
    let name = &request.headers()["client-request-id"];
    name.to_str().unwrap().to_owned()
}

async fn invite(url: &str, certificate: &str) -> Result<(), Error> {
    let policy = RetryPolicy::default().pauses(Duration::from_millis(1), Duration::from_millis(1));
    let client = Client::builder()
        .endpoint(Endpoint::new(url).unwrap())
        .token("any".into())
        .root_certificates(certificate)
        .retry(policy)
        .build()
        .unwrap();
    stranger::invite(&client).await.map(|granted| assert_eq!(granted.value.unwrap().len(), 1))
}

#[tokio::test]
async fn what_was_not_looked_at_is_sent_again_under_another_name() {
    let (url, certificate, script) =
        service([Next::Reset(Reason::REFUSED_STREAM), Next::Reset(Reason::REFUSED_STREAM), Next::Granted])
            .await;
    invite(&url, &certificate).await.unwrap();
    let mut names = std::mem::take(&mut script.lock().unwrap().names);
    assert_eq!(names.len(), 3);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 3, "each attempt has a name of its own");
}

#[tokio::test]
async fn an_orderly_goodbye_before_a_request_is_none_to_it() {
    let (url, certificate, script) = service([Next::GoAway(Reason::NO_ERROR), Next::Granted]).await;
    invite(&url, &certificate).await.unwrap();
    assert_eq!(script.lock().unwrap().names.len(), 1);
}

#[tokio::test]
async fn whatever_else_ends_a_stream_leaves_a_mail_in_doubt() {
    for reason in [Reason::INTERNAL_ERROR, Reason::CANCEL] {
        let (url, certificate, script) = service([Next::Reset(reason), Next::Granted]).await;
        let error = invite(&url, &certificate).await.unwrap_err();
        assert!(error.is_in_doubt(), "{reason:?}: {error}");
        let names = script.lock().unwrap().names.clone();
        assert_eq!(names, [error.client_request_id().unwrap()], "it was sent once");
    }
}
