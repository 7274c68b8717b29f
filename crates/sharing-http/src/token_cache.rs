//! The client's token: fetched by one caller at a time, before it expires, and again when the service refuses it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::{AccessToken, TokenError, TokenSource};

/// How long before a token expires a new one is fetched; less for tokens that live but minutes.
const EARLY: Duration = Duration::from_secs(300);
/// How long to leave a source alone that could not refresh a token that is still good.
const LATER: Duration = Duration::from_secs(30);

/// A token as it goes on the wire. Cheap to clone: each request holds one.
#[derive(Debug, Clone)]
pub(crate) struct Bearer(Arc<Held>);

#[derive(Debug)]
struct Held {
    /// Sensitive: it shows in no log.
    header: HeaderValue,
    token: AccessToken,
    refresh: Option<Instant>,
}

impl Bearer {
    fn new(token: AccessToken) -> Result<Self, TokenError> {
        let mut header = HeaderValue::try_from(format!("Bearer {}", token.secret().expose_secret()))
            .map_err(|_| TokenError::new("the token has characters that no header can have"))?;
        header.set_sensitive(true);
        let refresh = token.expires().map(|expires| {
            let now = Instant::now();
            let early = EARLY.min(expires.saturating_duration_since(now) / 5);
            expires.checked_sub(early).unwrap_or(now)
        });
        Ok(Self(Arc::new(Held { header, token, refresh })))
    }

    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0.header
    }

    /// The token itself, for what it says of itself.
    pub(crate) fn secret(&self) -> &str {
        self.0.token.secret().expose_secret()
    }

    /// The same token, left alone for a while.
    fn refreshed_later(&self) -> Self {
        let (header, token) = (self.0.header.clone(), self.0.token.clone());
        Self(Arc::new(Held { header, token, refresh: Instant::now().checked_add(LATER) }))
    }

    fn is_fresh(&self) -> bool {
        self.0.refresh.is_none_or(|at| Instant::now() < at)
    }

    fn is_good(&self) -> bool {
        self.0.token.expires().is_none_or(|at| Instant::now() < at)
    }
}

#[derive(Debug)]
pub(crate) struct TokenCache {
    source: Arc<dyn TokenSource>,
    held: Mutex<Option<Bearer>>,
    /// Held by whoever fetches.
    fetching: tokio::sync::Mutex<()>,
}

impl TokenCache {
    pub(crate) fn new(source: Arc<dyn TokenSource>) -> Self {
        Self { source, held: Mutex::new(None), fetching: tokio::sync::Mutex::new(()) }
    }

    fn held(&self) -> MutexGuard<'_, Option<Bearer>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A token for which nobody has to wait.
    pub(crate) fn at_hand(&self) -> Option<Bearer> {
        self.held().clone().filter(Bearer::is_fresh)
    }

    /// A token that is good for a while.
    pub(crate) async fn get(&self) -> Result<Bearer, TokenError> {
        let held = self.held().clone();
        let _fetching = match held {
            Some(bearer) if bearer.is_fresh() => return Ok(bearer),
            // While one caller fetches the next, this one still does for the others.
            Some(bearer) if bearer.is_good() => match self.fetching.try_lock() {
                Ok(fetching) => fetching,
                Err(_) => return Ok(bearer),
            },
            _ => self.fetching.lock().await,
        };
        // Whoever waited finds it fetched.
        let held = self.held().clone();
        match held {
            Some(bearer) if bearer.is_fresh() => Ok(bearer),
            held => match self.fetch().await {
                Ok(bearer) => Ok(bearer),
                Err(error) => match held.filter(Bearer::is_good) {
                    Some(bearer) => {
                        let bearer = bearer.refreshed_later();
                        *self.held() = Some(bearer.clone());
                        Ok(bearer)
                    }
                    None => Err(error),
                },
            },
        }
    }

    /// A token, but not the one that the service refused; nothing if the source has no other.
    pub(crate) async fn other_than(&self, refused: Option<&Bearer>) -> Result<Option<Bearer>, TokenError> {
        let Some(refused) = refused else { return self.get().await.map(Some) };
        let _fetching = self.fetching.lock().await;
        let other = |bearer: &Bearer| bearer.0.token != refused.0.token;
        if let Some(bearer) = self.held().clone().filter(other) {
            return Ok(Some(bearer));
        }
        Ok(Some(self.fetch().await?).filter(other))
    }

    async fn fetch(&self) -> Result<Bearer, TokenError> {
        let bearer = Bearer::new(self.source.token().await?)?;
        *self.held() = Some(bearer.clone());
        Ok(bearer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use super::*;
    use crate::TokenFuture;

    /// Gives a token with a number, good for ten minutes, a second after it was asked; fails where it is told to.
    #[derive(Debug, Default)]
    struct Counting {
        asked: AtomicU32,
        fails: Option<u32>,
    }

    impl TokenSource for Counting {
        fn token(&self) -> TokenFuture<'_> {
            Box::pin(async {
                let number = self.asked.fetch_add(1, SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                if self.fails == Some(number) {
                    return Err(TokenError::new("no"));
                }
                let token = AccessToken::new(format!("token {number}").into());
                Ok(token.expires_in(Duration::from_secs(600)))
            })
        }
    }

    async fn number(cache: &TokenCache) -> String {
        cache.get().await.unwrap().0.token.secret().expose_secret().to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn many_callers_fetch_one_token() {
        let source = Arc::new(Counting::default());
        let cache = Arc::new(TokenCache::new(Arc::clone(&source) as _));
        let callers: Vec<_> = (0..50)
            .map(|_| {
                let cache = Arc::clone(&cache);
                tokio::spawn(async move { number(&cache).await })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), "token 0");
        }
        assert_eq!(source.asked.load(SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_refreshed_before_it_expires_and_nobody_waits_for_that() {
        let cache = Arc::new(TokenCache::new(Arc::new(Counting::default())));
        assert_eq!(number(&cache).await, "token 0");
        tokio::time::advance(Duration::from_secs(479)).await;
        assert_eq!(number(&cache).await, "token 0");
        tokio::time::advance(Duration::from_secs(2)).await;
        let refreshing = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move { number(&cache).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(number(&cache).await, "token 0", "while the other fetches");
        assert_eq!(refreshing.await.unwrap(), "token 1");
        assert_eq!(number(&cache).await, "token 1");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_is_still_good_does_while_its_source_is_down() {
        let source = Arc::new(Counting { fails: Some(1), ..Counting::default() });
        let cache = TokenCache::new(Arc::clone(&source) as _);
        assert_eq!(number(&cache).await, "token 0");
        tokio::time::advance(Duration::from_secs(500)).await;
        assert_eq!(number(&cache).await, "token 0");
        assert_eq!(number(&cache).await, "token 0");
        assert_eq!(source.asked.load(SeqCst), 2, "it is left alone for a while");
        tokio::time::advance(LATER).await;
        assert_eq!(number(&cache).await, "token 2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_fetched_anew_once() {
        let source = Arc::new(Counting::default());
        let cache = TokenCache::new(Arc::clone(&source) as _);
        let refused = cache.get().await.unwrap();
        let (one, other) = tokio::join!(cache.other_than(Some(&refused)), cache.other_than(Some(&refused)));
        for renewed in [one, other] {
            assert_eq!(renewed.unwrap().unwrap().0.token.secret().expose_secret(), "token 1");
        }
        assert_eq!(source.asked.load(SeqCst), 2);
    }

    #[tokio::test]
    async fn a_fixed_token_has_no_other() {
        let cache = TokenCache::new(Arc::new(crate::FixedToken::new("a secret token".into())));
        let refused = cache.get().await.unwrap();
        assert!(cache.other_than(Some(&refused)).await.unwrap().is_none());
        assert!(!format!("{cache:?}").contains("a secret token"));
        let broken = TokenCache::new(Arc::new(crate::FixedToken::new("a\nsecret".into())));
        assert!(!broken.get().await.unwrap_err().to_string().contains("secret\""));
    }
}
