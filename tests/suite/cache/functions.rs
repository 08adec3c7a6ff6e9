//! `Cached`: values that functions compute.

use std::{convert::Infallible, time::Duration};

use fastrs::{Cache, Cached, prelude::*, testing::TestClient};

use super::{Calls, TestClock, calls};
use crate::waiting::until_idle;

#[model]
#[derive(Clone, Debug, PartialEq)]
struct Rate {
    currency: String,
    call: usize,
}

const MINUTE: Duration = Duration::from_secs(60);

async fn fetch(rates: &Cached<Rate>, calls: &Calls, currency: &str) -> Rate {
    let rate = rates.get(currency, async || {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(Rate {
            currency: currency.to_owned(),
            call: calls.next(),
        })
    });
    rate.await.unwrap()
}

#[tokio::test]
async fn a_value_is_computed_once_for_each_key_until_it_expires() {
    let (clock, calls) = (TestClock::new(), Calls::default());
    let cache = clock.cache();
    let rates = Cached::new(&cache, "rates", MINUTE);
    let others = Cached::new(&cache, "others", MINUTE);
    for (seconds, eur, usd) in [(0, 1, 2), (59, 1, 2), (1, 4, 5)] {
        clock.advance(seconds);
        assert_eq!(fetch(&rates, &calls, "EUR").await.call, eur);
        assert_eq!(fetch(&rates, &calls, "USD").await.call, usd);
        if seconds == 0 {
            assert_eq!(fetch(&others, &calls, "EUR").await.call, 3);
        }
    }
}

#[tokio::test]
async fn values_are_removed_by_key_and_by_name() {
    let (cache, calls) = (Cache::in_memory(), Calls::default());
    let rates = Cached::new(&cache, "rates", MINUTE);
    for key in ["EUR", "USD"] {
        fetch(&rates, &calls, key).await;
    }
    rates.invalidate("EUR").await;
    assert_eq!(fetch(&rates, &calls, "USD").await.call, 2);
    assert_eq!(fetch(&rates, &calls, "EUR").await.call, 3);
    cache.invalidate("rates").await;
    assert_eq!(fetch(&rates, &calls, "USD").await.call, 4);
    rates.clear().await;
    assert_eq!(fetch(&rates, &calls, "USD").await.call, 5);
}

#[tokio::test]
async fn of_many_who_need_a_value_one_computes_it() {
    let (cache, calls) = (Cache::in_memory(), Calls::default());
    let rates = Cached::new(&cache, "rates", MINUTE);
    let mut tasks = Vec::new();
    for _ in 0..1000 {
        let (rates, calls) = (rates.clone(), calls.clone());
        tasks.push(tokio::spawn(async move {
            fetch(&rates, &calls, "EUR").await.call
        }));
    }
    until_idle().await;
    for task in tasks {
        assert_eq!(task.await.unwrap(), 1);
    }
}

#[tokio::test]
async fn an_error_is_not_stored() {
    let cache = Cache::in_memory();
    let numbers: Cached<u64> = Cached::new(&cache, "numbers", MINUTE);
    let failed = numbers.get(1, async || Err("not now")).await;
    assert_eq!(failed, Err("not now"));
    assert_eq!(numbers.get(1, async || Ok::<_, &str>(7)).await, Ok(7));
    assert_eq!(numbers.get(1, async || Err("not now")).await, Ok(7));
}

#[dependency(scope = "app")]
async fn rates(#[depends(Cache)] cache: Cache) -> Cached<Rate> {
    Cached::new(&cache, "rates", MINUTE)
}

#[get("/rates/<currency>")]
async fn read_rate(
    currency: &str,
    #[depends(rates)] rates: &Cached<Rate>,
    #[depends(calls)] calls: &Calls,
) -> Rate {
    fetch(rates, calls, currency).await
}

#[tokio::test]
async fn as_a_dependency() {
    let client = TestClient::start(App::new("Shop", "1.0.0").routes(routes![read_rate])).await;
    for _ in 0..2 {
        let rate: Rate = client.get("/rates/EUR").await.json();
        assert_eq!(rate.call, 1);
    }
}
