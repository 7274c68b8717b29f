//! Signing in on a device that has no browser: a code that a person types elsewhere.

use std::collections::HashMap;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{Person, refused::Refused, requested::Requested};
use crate::journal::as_text;

/// How long a code is good for, in seconds.
pub(crate) const LIFETIME: i64 = 900;
/// How many seconds a client waits between two questions, until it is told to slow down.
pub(crate) const INTERVAL: i64 = 5;
/// By how many seconds a client is slowed down each time that it asks too early.
const SLOWER: i64 = 5;
/// So many codes may wait at once; then the oldest is forgotten.
const WAITING: usize = 1_000;

/// A device's code that waits for somebody to type it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use sharing_mock::{Application, MockServer};
/// # let server = MockServer::start().await?;
/// # let url = format!("{}/contoso.com/oauth2/v2.0/devicecode", server.url());
/// # let asked = format!("client_id={}&scope=Files.Read", Application::console().id);
/// # reqwest::Client::new().post(url).body(asked).send().await?.error_for_status()?;
/// // Once the sample tenant's console has asked for a code:
/// let [device] = &server.device_codes()[..] else { panic!("one code") };
/// assert_eq!((device.scope.as_str(), device.user_code.len()), ("Files.Read", 9));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Device {
    /// What the person types.
    pub user_code: String,
    /// The client id of the application that asks.
    pub application: String,
    /// What it asks for, as its answer will tell it.
    pub scope: String,
    /// Until when it can be typed.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub expires: Timestamp,
    /// What became of it.
    pub state: Waiting,
    #[serde(skip)]
    requested: Requested,
    /// Whether the sign-in is at a personal account's tenant.
    #[serde(skip)]
    tenant: String,
    #[serde(skip)]
    issued: Timestamp,
    #[serde(skip)]
    interval: i64,
    #[serde(skip)]
    last_poll: Option<Timestamp>,
    /// How many questions were answered with `authorization_pending`.
    pub polls: u32,
}

/// What became of a device's code.
///
/// ```
/// assert_eq!(serde_json::to_value(sharing_mock::Waiting::Pending)?, "pending");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Waiting {
    /// Nobody has typed it yet.
    Pending,
    /// A person has typed it: whom the token will speak for.
    Approved(Person),
    /// A person has said no.
    Declined,
}

/// A code, and what came of it.
#[derive(Debug)]
pub(crate) struct Redeemed {
    pub(crate) person: Person,
    pub(crate) requested: Requested,
    pub(crate) tenant: String,
}

/// All codes that wait.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    by_code: HashMap<String, Device>,
    /// After how many pending answers the sample user approves by herself; never where this is not said.
    approve_after: Option<u32>,
}

impl Devices {
    pub(crate) fn new(approve_after: Option<u32>) -> Self {
        Self { approve_after, ..Self::default() }
    }

    /// A new code: what the device keeps, and what the person types.
    pub(crate) fn begin(
        &mut self,
        name: Uuid,
        application: &str,
        requested: Requested,
        tenant: &str,
        now: Timestamp,
    ) -> (String, &Device) {
        self.by_code.retain(|_, device| device.expires > now);
        if self.by_code.len() >= WAITING {
            let oldest = self.by_code.iter().min_by_key(|(code, device)| (device.issued, (*code).clone()));
            if let Some(code) = oldest.map(|(code, _)| code.clone()) {
                self.by_code.remove(&code);
            }
        }
        let code = BASE64URL_NOPAD.encode(&[name.as_bytes().as_slice(), b"device"].concat());
        let device = Device {
            // Nine letters and digits that nobody confuses: the alphabet has no 0, 1, 8 and 9.
            user_code: BASE32_NOPAD.encode(name.as_bytes()).chars().take(9).collect(),
            application: application.to_owned(),
            scope: requested.granted(),
            expires: now.saturating_add(SignedDuration::from_secs(LIFETIME)).unwrap_or(Timestamp::MAX),
            state: Waiting::Pending,
            requested,
            tenant: tenant.to_owned(),
            issued: now,
            interval: INTERVAL,
            last_poll: None,
            polls: 0,
        };
        let device = self.by_code.entry(code.clone()).insert_entry(device).into_mut();
        (code, device)
    }

    /// The device asks whether the person has typed the code.
    pub(crate) fn poll(
        &mut self,
        code: &str,
        application: &str,
        me: &Person,
        now: Timestamp,
    ) -> Result<Redeemed, Refused> {
        let device = self
            .by_code
            .get_mut(code)
            .filter(|device| device.application.eq_ignore_ascii_case(application))
            .ok_or_else(Refused::device_unknown)?;
        if device.expires <= now {
            return Err(Refused::device_expired());
        }
        let last = device.last_poll.replace(now);
        if last.is_some_and(|last| now.duration_since(last) < SignedDuration::from_secs(device.interval)) {
            device.interval = device.interval.saturating_add(SLOWER);
            return Err(Refused::slow_down(device.interval));
        }
        if device.state == Waiting::Pending && self.approve_after.is_some_and(|after| device.polls >= after) {
            device.state = Waiting::Approved(me.clone());
        }
        match &device.state {
            Waiting::Pending => {
                device.polls = device.polls.saturating_add(1);
                Err(Refused::pending())
            }
            Waiting::Declined => Err(Refused::declined()),
            Waiting::Approved(person) => {
                let redeemed = Redeemed {
                    person: person.clone(),
                    requested: device.requested.clone(),
                    tenant: device.tenant.clone(),
                };
                // A code is good for one token.
                self.by_code.remove(code);
                Ok(redeemed)
            }
        }
    }

    /// The person types the code: approves, or declines where there is no person. `None` where nothing waits under it.
    pub(crate) fn decide(
        &mut self,
        user_code: &str,
        person: Option<Person>,
        now: Timestamp,
    ) -> Option<&Device> {
        let typed: String = user_code.chars().filter(char::is_ascii_alphanumeric).collect();
        let device = self.by_code.values_mut().find(|device| {
            device.user_code.eq_ignore_ascii_case(&typed)
                && device.expires > now
                && device.state == Waiting::Pending
        })?;
        device.state = person.map_or(Waiting::Declined, Waiting::Approved);
        Some(device)
    }

    /// The codes that are not expired, oldest first.
    pub(crate) fn waiting(&self, now: Timestamp) -> Vec<&Device> {
        let mut waiting: Vec<_> = self.by_code.values().filter(|device| device.expires > now).collect();
        waiting.sort_by(|one, other| (one.issued, &one.user_code).cmp(&(other.issued, &other.user_code)));
        waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLICATION: &str = "console";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn begin(devices: &mut Devices, name: u128, now: Timestamp) -> (String, String) {
        let requested = Requested {
            resource: "https://graph.microsoft.com".to_owned(),
            scopes: vec!["Files.Read".to_owned()],
            signing_in: Vec::new(),
        };
        let (code, device) =
            devices.begin(Uuid::from_u128(name << 90), APPLICATION, requested, "contoso.com", now);
        (code, device.user_code.clone())
    }

    #[test]
    fn a_code_is_pending_until_it_is_approved_and_good_once() {
        let mut devices = Devices::default();
        let me = Person::default();
        let (code, user_code) = begin(&mut devices, 1, at(0));
        assert_eq!(user_code.len(), 9);
        let poll = |devices: &mut Devices, seconds| devices.poll(&code, APPLICATION, &me, at(seconds));

        assert_eq!(poll(&mut devices, 0).unwrap_err(), Refused::pending());
        assert_eq!(poll(&mut devices, 4).unwrap_err(), Refused::slow_down(10));
        assert_eq!(poll(&mut devices, 14).unwrap_err(), Refused::pending());
        let spelt = format!("{}-{}", &user_code[..4].to_lowercase(), &user_code[4..]);
        let ryan = Person { display_name: "Ryan Gregg".to_owned(), ..Person::default() };
        assert!(devices.decide(&spelt, Some(ryan.clone()), at(15)).is_some());
        // Nobody decides twice.
        assert!(devices.decide(&user_code, None, at(15)).is_none());
        assert_eq!(poll(&mut devices, 24).unwrap().person, ryan);
        assert_eq!(poll(&mut devices, 34).unwrap_err(), Refused::device_unknown());
    }

    #[test]
    fn a_code_is_declined_or_expires() {
        let mut devices = Devices::default();
        let me = Person::default();
        let (declined, user_code) = begin(&mut devices, 1, at(0));
        let (forgotten, _) = begin(&mut devices, 2, at(0));
        devices.decide(&user_code, None, at(1)).unwrap();
        assert_eq!(devices.poll(&declined, APPLICATION, &me, at(2)).unwrap_err(), Refused::declined());
        assert_eq!(devices.poll(&forgotten, "another", &me, at(2)).unwrap_err(), Refused::device_unknown());
        assert_eq!(
            devices.poll(&forgotten, APPLICATION, &me, at(LIFETIME)).unwrap_err(),
            Refused::device_expired()
        );
        assert!(devices.waiting(at(LIFETIME)).is_empty());
    }

    #[test]
    fn a_test_need_not_type() {
        let mut devices = Devices::new(Some(1));
        let (code, _) = begin(&mut devices, 1, at(0));
        let me = Person { display_name: "Nadia Okafor".to_owned(), ..Person::default() };
        assert_eq!(devices.poll(&code, APPLICATION, &me, at(0)).unwrap_err(), Refused::pending());
        assert_eq!(devices.poll(&code, APPLICATION, &me, at(5)).unwrap().person, me);
    }

    #[test]
    fn memory_is_bounded() {
        let mut devices = Devices::default();
        for name in 0..=WAITING {
            begin(&mut devices, name as u128, at(i64::try_from(name).unwrap() % 7));
        }
        assert_eq!(devices.waiting(at(7)).len(), WAITING);
    }
}
