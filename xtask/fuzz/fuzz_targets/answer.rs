//! Whole answers to the client, as bytes on the wire; the first byte picks what was asked. Each comes to an end, as what
//! was asked for or as an error that says something and has no token in it.

#![no_main]

use std::{cell::OnceCell, sync::mpsc, thread, time::Duration};

use libfuzzer_sys::fuzz_target;
use sharing_http::{Client, Endpoint, Error, Limits, retry::RetryPolicy};
use sharing_model::{Action, Collection, InviteRequest, ItemAddress, Permission};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
};
use tokio::runtime::{Builder, Runtime};

const TOKEN: &str = "a-secret-token";

/// Long for loopback.
const LONG: Duration = Duration::from_secs(5);

struct Ends {
    runtime: Runtime,
    address: SocketAddr,
    answers: mpsc::Sender<Vec<u8>>,
}

thread_local! {
    static ENDS: OnceCell<Ends> = const { OnceCell::new() };
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, answer)) = bytes.split_first() else { return };
    ENDS.with(|ends| {
        let ends = ends.get_or_init(Ends::new);
        ends.answers.send(answer.to_vec()).unwrap();
        ends.runtime.block_on(ask(*first, ends.address));
    });
});

impl Ends {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (answers, next) = mpsc::channel::<Vec<u8>>();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                // A further page, or what is left of an input before: there is no more.
                let answer =
                    next.try_iter().last().unwrap_or_else(|| b"HTTP/1.1 404 Not Found\r\n\r\n".to_vec());
                let mut request = [0; 4 << 10];
                let _ = connection.read(&mut request);
                let _ = connection.write_all(&answer);
            }
        });
        Self { runtime: Builder::new_current_thread().enable_all().build().unwrap(), address, answers }
    }
}

async fn ask(what: u8, service: SocketAddr) {
    // One of its own: what an answer says of limits holds for all that come after it.
    let client = Client::builder()
        .endpoint(Endpoint::new(&format!("http://{service}/v1.0")).unwrap())
        .token(TOKEN.into())
        .limits(Limits::none())
        .retry(RetryPolicy::never())
        .timeout(LONG)
        .build()
        .unwrap();
    let item: ItemAddress = "/drive/root:/Notes.txt".parse().unwrap();
    let asked = client.item(&item);
    let invitation = InviteRequest::default();
    match what % 4 {
        0 => judge(asked.get().await),
        1 => judge(asked.permissions().await),
        2 => judge(asked.invite(&invitation).await),
        _ => {
            let actions = [Action::get_item(item.clone()), Action::invite(item, &invitation)];
            let replies = client.batch(actions).await;
            assert_eq!(replies.len(), 2);
            for reply in replies {
                judge(reply.and_then(|reply| reply.read::<Collection<Permission>>()));
            }
        }
    }
}

fn judge<T>(answer: Result<T, Error>) {
    let Err(error) = answer else { return };
    let told = error.to_string();
    assert!(!told.is_empty() && !told.contains(TOKEN), "{told}");
    assert!(!format!("{error:?}").contains(TOKEN));
    let _ = (error.advice(), error.retry_after(), error.is_in_doubt());
}
