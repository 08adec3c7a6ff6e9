//! The keys that were fetched last, and when to fetch them again.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use super::{
    JwksError,
    provider::{Answer, KeySet, Provider},
};

/// How long keys are used without another look at them: what the provider's `Cache-Control` says, within these bounds.
const FRESH: (Duration, Duration) = (Duration::from_secs(5 * 60), DAY);
const FRESH_BY_DEFAULT: Duration = Duration::from_secs(60 * 60);
/// The last part of that time, in which they are fetched again while they are still used.
const AHEAD: u32 = 5;
/// How much longer they are used while the provider is down.
const STALE: Duration = DAY;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The time between two attempts while the provider is down.
const RETRY: Duration = Duration::from_secs(10);
/// The time between two searches for a key that a token names.
const SEARCH: Duration = Duration::from_secs(60);

type Keys = Arc<KeySet>;

#[derive(Default)]
pub(super) struct Cache(Mutex<State>);

#[derive(Default)]
struct State {
    fetched: Option<Fetched>,
    /// When the last attempt failed, if it did.
    failed: Option<Instant>,
    /// When a key was last searched for.
    searched: Option<Instant>,
    /// Closed when the fetch ends.
    running: Option<watch::Receiver<()>>,
}

struct Fetched {
    keys: Keys,
    at: Instant,
    fresh: Duration,
}

/// What a request does.
#[derive(Debug, PartialEq)]
enum Step {
    Use,
    UseAndFetch,
    Fetch,
    Fail,
}

impl Cache {
    /// Returns the keys, fetched if necessary.
    pub(super) async fn keys(
        self: &Arc<Self>,
        provider: &Provider,
        now: Instant,
    ) -> Result<Keys, JwksError> {
        let ended = {
            let mut state = self.lock();
            match (state.next(now), state.keys()) {
                (Step::Use, Some(keys)) => return Ok(keys),
                (Step::UseAndFetch, Some(keys)) => {
                    self.fetch(&mut state, provider);
                    return Ok(keys);
                }
                (Step::Fetch, _) => self.fetch(&mut state, provider),
                _ => return Err(JwksError::Unavailable),
            }
        };
        end_of(ended).await;
        let state = self.lock();
        match state.is_usable(Instant::now()) {
            true => state.keys().ok_or(JwksError::Unavailable),
            false => Err(JwksError::Unavailable),
        }
    }

    /// Returns newer keys than those of `since`, among which a key was not found. `None` if one was searched for
    /// recently.
    pub(super) async fn search(
        self: &Arc<Self>,
        provider: &Provider,
        since: Instant,
    ) -> Option<Keys> {
        let ended = {
            let mut state = self.lock();
            if state
                .fetched
                .as_ref()
                .is_some_and(|fetched| fetched.at > since)
            {
                return state.keys();
            }
            match state.running() {
                Some(running) => running,
                None if state.may_search(Instant::now()) => self.fetch(&mut state, provider),
                None => return None,
            }
        };
        end_of(ended).await;
        self.lock().keys()
    }

    /// Starts a fetch, unless one is running. It is a task of its own, so that a client that disconnects does not end
    /// it for the others.
    fn fetch(self: &Arc<Self>, state: &mut State, provider: &Provider) -> watch::Receiver<()> {
        if let Some(running) = state.running() {
            return running;
        }
        let (ends, ended) = watch::channel(());
        state.running = Some(ended.clone());
        let (cache, provider) = (self.clone(), provider.clone());
        tokio::spawn(async move {
            let answer = provider.fetch().await;
            let mut state = cache.lock();
            let is_news = state.failed.is_none();
            if let Err(error) = state.finish(answer, Instant::now())
                && is_news
            {
                tracing::error!(%error, url = %provider.url, "the keys of tokens cannot be fetched");
                crate::log::to_stderr(format_args!(
                    "ERROR the keys of tokens cannot be fetched from {}: {error}",
                    provider.url
                ));
            }
            drop((state, ends));
        });
        ended
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn keys(&self) -> Option<Keys> {
        self.fetched.as_ref().map(|fetched| fetched.keys.clone())
    }

    fn running(&self) -> Option<watch::Receiver<()>> {
        let running = self.running.clone();
        running.filter(|running| running.has_changed().is_ok())
    }

    /// Keys that expire soon are used while they are fetched, so that no request waits. Keys that have expired are
    /// fetched before the token is checked. If that has failed, they are used while the provider is asked again.
    fn next(&self, now: Instant) -> Step {
        let age = |fetched: &Fetched| now.saturating_duration_since(fetched.at);
        let is_new = |fetched: &Fetched| age(fetched) < fetched.fresh - fetched.fresh / AHEAD;
        let is_fresh = |fetched: &Fetched| age(fetched) < fetched.fresh;
        let may_retry = self.failed.is_none_or(|failed| now >= failed + RETRY);
        if self.fetched.as_ref().is_some_and(is_new) {
            return Step::Use;
        }
        let may_use = self.fetched.as_ref().is_some_and(is_fresh)
            || self.is_usable(now) && self.failed.is_some();
        match (may_use, may_retry) {
            (true, true) => Step::UseAndFetch,
            (true, false) => Step::Use,
            (false, true) => Step::Fetch,
            (false, false) => Step::Fail,
        }
    }

    fn is_usable(&self, now: Instant) -> bool {
        let is_usable = |fetched: &Fetched| now < fetched.at + fetched.fresh + STALE;
        self.fetched.as_ref().is_some_and(is_usable)
    }

    /// Returns whether to fetch the keys for one that is not among them, and remembers that.
    fn may_search(&mut self, now: Instant) -> bool {
        let may = self
            .searched
            .is_none_or(|searched| now >= searched + SEARCH);
        if may {
            self.searched = Some(now);
        }
        may
    }

    fn finish(&mut self, answer: Result<Answer, String>, now: Instant) -> Result<(), String> {
        match answer {
            Ok(answer) => {
                let fresh = answer.max_age.unwrap_or(FRESH_BY_DEFAULT);
                self.fetched = Some(Fetched {
                    keys: Arc::new(answer.set),
                    at: now,
                    fresh: fresh.clamp(FRESH.0, FRESH.1),
                });
                self.failed = None;
                Ok(())
            }
            Err(error) => {
                self.failed = Some(now);
                Err(error)
            }
        }
    }
}

/// Waits until a fetch has ended.
async fn end_of(mut running: watch::Receiver<()>) {
    while running.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use tokio::runtime::Runtime;

    use super::*;
    use crate::security::JwtKey;

    const MINUTE: Duration = Duration::from_secs(60);
    const SECOND: Duration = Duration::from_secs(1);

    fn answer(max_age: Option<Duration>) -> Result<Answer, String> {
        Ok(Answer {
            set: KeySet {
                keys: vec![JwtKey::hs256([1; 32]).unwrap()],
                issuer: None,
            },
            max_age,
        })
    }

    fn down() -> Result<Answer, String> {
        Err("down".into())
    }

    #[test]
    fn keys_are_used_as_long_as_the_provider_says_within_bounds() {
        let hour = MINUTE * 60;
        for (max_age, fresh) in [
            (None, hour),
            (Some(Duration::ZERO), MINUTE * 5),
            (Some(MINUTE * 7), MINUTE * 7),
            (Some(Duration::MAX), DAY),
        ] {
            let (mut state, now) = (State::default(), Instant::now());
            assert_eq!(state.next(now), Step::Fetch);
            state.finish(answer(max_age), now).unwrap();
            let soon = now + fresh - fresh / 5;
            assert_eq!(state.next(soon - SECOND), Step::Use, "{max_age:?}");
            assert_eq!(state.next(soon), Step::UseAndFetch, "{max_age:?}");
            assert_eq!(
                state.next(now + fresh - SECOND),
                Step::UseAndFetch,
                "{max_age:?}"
            );
            assert_eq!(state.next(now + fresh), Step::Fetch, "{max_age:?}");
        }
    }

    #[test]
    fn old_keys_are_used_for_a_day_while_the_provider_is_down() {
        let (mut state, begin) = (State::default(), Instant::now());
        state.finish(answer(Some(MINUTE * 5)), begin).unwrap();
        let expired = begin + MINUTE * 5;
        assert_eq!(state.next(expired), Step::Fetch);
        state.finish(down(), expired - SECOND * 20).unwrap_err();
        assert_eq!(state.next(expired - SECOND * 11), Step::Use);
        assert_eq!(state.next(expired - SECOND * 10), Step::UseAndFetch);
        state.finish(down(), expired).unwrap_err();
        assert_eq!(state.next(expired + SECOND * 9), Step::Use);
        assert_eq!(state.next(expired + SECOND * 10), Step::UseAndFetch);
        assert_eq!(state.next(expired + DAY - SECOND), Step::UseAndFetch);
        assert!(state.is_usable(expired + DAY - SECOND));
        assert!(!state.is_usable(expired + DAY));
        assert_eq!(state.next(expired + DAY), Step::Fetch);
        state.finish(down(), expired + DAY).unwrap_err();
        assert_eq!(state.next(expired + DAY + SECOND), Step::Fail);
        state.finish(answer(None), expired + DAY + MINUTE).unwrap();
        assert_eq!(state.next(expired + DAY + MINUTE), Step::Use);
    }

    const SET: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "CQqd6R60W2V9Xaii6o1ar5gZg4ebHmP_K_2K2-B7VaE"}]}"#;

    /// Answers one request for the keys.
    fn serve(listener: &TcpListener) {
        let (mut socket, _) = listener.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{SET}",
            SET.len()
        );
        socket.write_all(answer.as_bytes()).unwrap();
    }

    /// Returns the keys that a request gets without waiting.
    fn at_once(cache: &Arc<Cache>, provider: &Provider, now: Instant) -> Option<Keys> {
        let keys = pin!(cache.keys(provider, now));
        match keys.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(keys) => keys.ok(),
            Poll::Pending => None,
        }
    }

    #[test]
    fn no_request_waits_for_the_next_keys() {
        let runtime = Runtime::new().unwrap();
        let _entered = runtime.enter();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (cache, provider) = (Arc::<Cache>::default(), Provider::new(&url).unwrap());
        assert!(at_once(&cache, &provider, Instant::now()).is_none());
        serve(&listener);
        let first = runtime.block_on(cache.keys(&provider, Instant::now()));
        let first = first.unwrap();
        let soon = Instant::now() + FRESH_BY_DEFAULT - MINUTE * 10;
        for _ in 0..3 {
            let old = at_once(&cache, &provider, soon).expect("it waits");
            assert!(Arc::ptr_eq(&first, &old));
        }
        // One fetch is running for all of them, and it has no answer yet.
        let running = cache.lock().running().expect("no fetch is running");
        serve(&listener);
        runtime.block_on(end_of(running));
        let second = at_once(&cache, &provider, soon).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        // Without a request in that time, the next one waits.
        let expired = Instant::now() + FRESH_BY_DEFAULT;
        assert!(at_once(&cache, &provider, expired).is_none());
    }

    #[test]
    fn without_keys_the_provider_is_asked_every_ten_seconds() {
        let (mut state, begin) = (State::default(), Instant::now());
        state.finish(down(), begin).unwrap_err();
        assert_eq!(state.next(begin + SECOND * 9), Step::Fail);
        assert_eq!(state.next(begin + SECOND * 10), Step::Fetch);
    }

    #[test]
    fn a_key_is_searched_for_once_a_minute() {
        let (mut state, begin) = (State::default(), Instant::now());
        assert!(state.may_search(begin));
        assert!(!state.may_search(begin + SECOND * 59));
        assert!(state.may_search(begin + MINUTE));
        assert!(!state.may_search(begin + MINUTE));
    }
}
