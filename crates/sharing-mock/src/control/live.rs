//! Requests and mails as they come, for the page and for whoever waits for one.

use std::{sync::Arc, time::Duration};

use http_body_util::{BodyExt, Either, StreamBody};
use hyper::{
    Response,
    body::{Bytes, Frame},
    header::{self, HeaderValue},
};
use serde::Serialize;
use tokio::sync::watch;

use super::{Call, Wrong};
use crate::{
    socket::{Body, BodyError},
    space::Space,
};

/// A line in between, so that nobody on the way thinks the connection dead.
const STILL_THERE: Duration = Duration::from_secs(15);

/// A stream's place: how many requests and how many mails it has shown.
#[derive(Debug, Clone, Copy)]
struct Place {
    requests: u64,
    mails: u64,
}

/// Starts with what comes next, or goes on behind the event that `Last-Event-ID` names.
pub(super) fn events(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let last = call.headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let place = match last {
        Some(last) => parse(last).ok_or_else(|| {
            Wrong::new(
                "header: Last-Event-ID",
                format!("{last:?} is none of ours"),
                "the id of an event, as in 17-3",
            )
        })?,
        None => Place { requests: call.space.journal().count(), mails: call.space.tenant().outbox.count() },
    };
    let reader =
        Reader { space: Arc::clone(call.space), running: call.spaces.running.clone(), place, greeted: false };
    let stream = futures_util::stream::unfold(reader, |mut reader| async {
        let text = reader.next().await?;
        Some((Ok::<_, BodyError>(Frame::data(Bytes::from(text))), reader))
    });
    let mut response = Response::new(Either::Right(StreamBody::new(stream).boxed_unsync()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn parse(id: &str) -> Option<Place> {
    let (requests, mails) = id.split_once('-')?;
    Some(Place { requests: requests.parse().ok()?, mails: mails.parse().ok()? })
}

struct Reader {
    space: Arc<Space>,
    running: watch::Receiver<()>,
    place: Place,
    greeted: bool,
}

impl Reader {
    /// What comes next; none once the server stops.
    async fn next(&mut self) -> Option<String> {
        if !self.greeted {
            // The client learns at once that it listens.
            self.greeted = true;
            return Some(": listening\n\n".to_owned());
        }
        loop {
            let space = Arc::clone(&self.space);
            let answered = space.answered.notified();
            let mut answered = std::pin::pin!(answered);
            // From here on no request is missed, whenever it is looked.
            answered.as_mut().enable();
            let text = self.read();
            if !text.is_empty() {
                return Some(text);
            }
            tokio::select! {
                () = answered => {}
                // The sender never sends: this is its end.
                _ = self.running.changed() => return None,
                () = tokio::time::sleep(STILL_THERE) => return Some(": still there\n\n".to_owned()),
            }
        }
    }

    /// What there is behind the place.
    fn read(&mut self) -> String {
        let mut text = String::new();
        {
            let tenant = self.space.tenant();
            let outbox = &tenant.outbox;
            // Fewer than before: they were cleared.
            self.place.mails = self.place.mails.clamp(outbox.dropped(), outbox.count());
            for mail in tenant.mails_since(self.place.mails) {
                self.place.mails += 1;
                event(&mut text, "mail", self.place, &mail);
            }
        }
        let journal = self.space.journal();
        self.place.requests = self.place.requests.min(journal.count());
        let behind = journal.count() - self.place.requests;
        let fresh = usize::try_from(behind).unwrap_or(usize::MAX);
        let held = journal.entries().len();
        for entry in journal.entries().skip(held.saturating_sub(fresh)) {
            self.place.requests = entry.number;
            event(&mut text, "request", self.place, entry);
        }
        text
    }
}

fn event(text: &mut String, name: &str, place: Place, data: &impl Serialize) {
    let data = serde_json::to_string(data).unwrap_or_default();
    text.push_str(&format!("event: {name}\nid: {}-{}\ndata: {data}\n\n", place.requests, place.mails));
}
