//! Values that functions compute.

use std::{
    fmt::{self, Display, Write},
    future::Future,
    marker::PhantomData,
    time::Duration,
};

use http::{HeaderMap, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use super::{Cache, Key, Lifetime, NewEntry, Obtained, Tags};

/// Values of type `T` that are expensive to compute, by their keys. Of all who need the same value at the same time, one
/// computes it.
///
/// ```
/// use std::time::Duration;
///
/// use fastrs::prelude::*;
/// use fastrs::{Cache, Cached};
///
/// #[model]
/// struct Rate {
///     euros: f64,
/// }
///
/// #[dependency(scope = "app")]
/// async fn rates(#[depends(Cache)] cache: Cache) -> Cached<Rate> {
///     Cached::new(&cache, "rates", Duration::from_secs(60))
/// }
///
/// async fn fetch_rate(currency: &str) -> Result<Rate> {
///     // ..
/// #   let _ = currency;
///     Ok(Rate { euros: 0.9 })
/// }
///
/// #[get("/rates/<currency>")]
/// async fn read_rate(currency: &str, #[depends(rates)] rates: &Cached<Rate>) -> Result<Rate> {
///     rates.get(currency, || fetch_rate(currency)).await
/// }
/// # let app = App::new("Shop", "1.0.0").routes(routes![read_rate]);
/// # assert!(app.build().is_ok());
/// ```
///
/// The values are stored as JSON. An error is not stored: those who waited for the value compute it again.
pub struct Cached<T> {
    cache: Cache,
    name: String,
    tags: Tags,
    lifetime: Lifetime,
    of: PhantomData<fn() -> T>,
}

impl<T> Cached<T> {
    /// Creates a store of values in a cache. Its name is the tag of all its values, and distinguishes them from those of
    /// other stores.
    #[must_use]
    pub fn new(cache: &Cache, name: impl Into<String>, lifetime: Duration) -> Self {
        let name = name.into();
        Self {
            cache: cache.clone(),
            tags: [name.as_str().into()].into(),
            name,
            lifetime: Lifetime {
                fresh: u64::try_from(lifetime.as_nanos()).unwrap_or(u64::MAX),
                stale: 0,
            },
            of: PhantomData,
        }
    }

    fn key(&self, key: impl Display) -> Key {
        let mut hasher = self.cache.hasher();
        hasher.part(b"value");
        hasher.part(self.name.as_bytes());
        // A hasher takes any text.
        write!(hasher, "{key}").ok();
        hasher.finish()
    }

    /// Removes one value. What is being computed at the moment is not stored either.
    pub async fn invalidate(&self, key: impl Display) {
        self.cache.remove(self.key(key)).await;
    }

    /// Removes all values, as [`Cache::invalidate`] does with the name of this store.
    pub async fn clear(&self) {
        self.cache.invalidate(&self.name).await;
    }
}

impl<T: Serialize + DeserializeOwned> Cached<T> {
    /// Returns the value of a key, which `compute` computes if it is not stored.
    ///
    /// # Errors
    ///
    /// Fails with the error of `compute`.
    pub async fn get<E, F>(&self, key: impl Display, compute: impl FnOnce() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let key = self.key(key);
        let leader = match self.cache.obtain(key, &self.tags, self.lifetime).await {
            Obtained::Found(found) | Obtained::Stale(found, _) => {
                match serde_json::from_slice(&found.entry.body) {
                    Ok(value) => return Ok(value),
                    // Another version of the program has stored it.
                    Err(_) => {
                        let leader = self.cache.lead_anew(key, &self.tags, self.lifetime);
                        Some(leader.await)
                    }
                }
            }
            Obtained::Missing(leader) => Some(leader),
            Obtained::NotStored => None,
        };
        let value = compute().await?;
        match (serde_json::to_vec(&value), leader) {
            (Ok(json), Some(leader)) => drop(self.cache.store(
                leader,
                NewEntry {
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body: json.into(),
                    lifetime: self.lifetime,
                },
            )),
            (Err(error), _) => {
                tracing::error!(name = self.name, %error, "a value cannot be stored");
                crate::log::to_stderr(format_args!(
                    "ERROR a value of `{}` cannot be stored: {error}",
                    self.name
                ));
            }
            (Ok(_), None) => {}
        }
        Ok(value)
    }
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self {
            cache: self.cache.clone(),
            name: self.name.clone(),
            tags: self.tags.clone(),
            lifetime: self.lifetime,
            of: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
