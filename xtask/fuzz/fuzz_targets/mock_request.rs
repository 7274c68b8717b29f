//! Whole requests to the mock, as bytes on the wire: heads, queries, ids, bodies of every action, batches, faults asked
//! for by header, and the control API. Each is answered, and none is the mock's own failure.

#![no_main]

use std::{cell::OnceCell, time::Duration};

use libfuzzer_sys::fuzz_target;
use sharing_mock::MockServer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    runtime::{Builder, Runtime},
    time::timeout,
};

thread_local! {
    static SERVICE: OnceCell<(Runtime, MockServer)> = const { OnceCell::new() };
}

/// Longer than the mock holds an answer back.
const LONG: Duration = Duration::from_secs(1_000);

/// Ends only by itself.
const NEVER_ENDS: &str = "/_mock/";

fuzz_target!(|request: &[u8]| {
    SERVICE.with(|service| {
        let (runtime, server) = service.get_or_init(|| {
            // Time moves on while all wait: what is late is here at once.
            let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
            let server = runtime.block_on(MockServer::start()).unwrap();
            (runtime, server)
        });
        let answer = runtime.block_on(async {
            let mut wire = server.connect();
            // It may answer and close before all is read.
            let _ = wire.write_all(request).await;
            let _ = wire.shutdown().await;
            let mut answer = Vec::new();
            let ended = timeout(LONG, wire.read_to_end(&mut answer)).await;
            let is_stream = request.windows(NEVER_ENDS.len()).any(|part| part == NEVER_ENDS.as_bytes());
            assert!(ended.is_ok() || is_stream, "no end: {}", String::from_utf8_lossy(&answer));
            answer
        });
        // Nothing at all is the answer to what is no request, and to a fault that cuts.
        if !answer.is_empty() && !asks_for_a_fault(request) {
            assert!(answer.starts_with(b"HTTP/1."), "{}", String::from_utf8_lossy(&answer));
            let status = answer.get(9..12).unwrap_or_default();
            assert_ne!(status, b"500", "{}", String::from_utf8_lossy(&answer));
        }
        runtime.block_on(async { server.reset() });
    });
});

fn asks_for_a_fault(request: &[u8]) -> bool {
    const NAME: &[u8] = b"x-mock-fault";
    request.windows(NAME.len()).any(|part| part.eq_ignore_ascii_case(NAME))
}
