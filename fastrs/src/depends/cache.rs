//! Storage for the values of a request's dependencies.

use std::any::{Any, TypeId};

use super::{DepList, Provider};
use crate::request::{AppState, Values};

/// An entry for the value of one provider.
pub struct CacheEntry<P: Provider> {
    state: State<P::Returned>,
    params: Option<P::Params>,
}

#[derive(Default)]
enum State<R> {
    #[default]
    Empty,
    Invalid,
    Resolved(R),
}

impl<P: Provider> Default for CacheEntry<P> {
    fn default() -> Self {
        Self {
            state: State::Empty,
            params: None,
        }
    }
}

impl<P: Provider> CacheEntry<P> {
    /// Returns the value if it was created with these parameters.
    pub(super) fn get_mut(&mut self, params: &P::Params) -> Option<&mut P::Returned> {
        match &mut self.state {
            State::Resolved(value) if self.params.as_ref() == Some(params) => Some(value),
            _ => None,
        }
    }

    pub(super) fn take(&mut self, params: &P::Params) -> Option<P::Returned> {
        self.get_mut(params)?;
        match std::mem::take(&mut self.state) {
            State::Resolved(value) => Some(value),
            _ => None,
        }
    }
}

/// A value that was created for one function only and has an exit.
pub(super) struct FreshEntry<P: Provider> {
    pub(super) number: usize,
    pub(super) value: Option<P::Returned>,
}

/// A tree of entries with the same shape as the tree of dependencies.
pub trait CacheEntries: Default + Send + 'static {
    /// Returns the entry that holds the value of `P` for these parameters or, with `None`, a free one.
    fn entry<P: Provider>(&mut self, params: Option<&P::Params>) -> Option<&mut CacheEntry<P>>;

    /// Passes each entry to `f`.
    fn visit<'a>(&'a mut self, f: &mut impl FnMut(&'a mut (dyn Any + Send)));

    /// Passes each entry to `f` until it returns `true`.
    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool;
}

impl CacheEntries for () {
    fn entry<P: Provider>(&mut self, _: Option<&P::Params>) -> Option<&mut CacheEntry<P>> {
        None
    }

    fn visit<'a>(&'a mut self, _: &mut impl FnMut(&'a mut (dyn Any + Send))) {}

    fn visit_any(&mut self, _: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool {
        false
    }
}

impl<A: CacheEntries, B: CacheEntries> CacheEntries for (A, B) {
    #[inline]
    fn entry<P: Provider>(&mut self, params: Option<&P::Params>) -> Option<&mut CacheEntry<P>> {
        match self.0.entry::<P>(params) {
            Some(entry) => Some(entry),
            None => self.1.entry::<P>(params),
        }
    }

    #[inline]
    fn visit<'a>(&'a mut self, f: &mut impl FnMut(&'a mut (dyn Any + Send))) {
        self.0.visit(f);
        self.1.visit(f);
    }

    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool {
        self.0.visit_any(f) || self.1.visit_any(f)
    }
}

impl<Q: Provider> CacheEntries for CacheEntry<Q> {
    #[inline]
    fn entry<P: Provider>(&mut self, params: Option<&P::Params>) -> Option<&mut CacheEntry<P>> {
        if TypeId::of::<P>() != TypeId::of::<Q>() {
            return None;
        }
        let entry = (self as &mut dyn Any).downcast_mut::<CacheEntry<P>>()?;
        (entry.params.as_ref() == params).then_some(entry)
    }

    #[inline]
    fn visit<'a>(&'a mut self, f: &mut impl FnMut(&'a mut (dyn Any + Send))) {
        f(self);
    }

    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool {
        f(self)
    }
}

/// All values of a request: the typed tree, and the values without an entry in it, which are created for a router's
/// dependencies or for the dependencies of an override.
#[derive(Default)]
pub struct DependencyCache<S> {
    typed: S,
    overflow: Overflow,
}

/// The values without a typed entry.
pub(crate) type Overflow = Vec<Box<dyn Any + Send>>;

impl DependencyCache<()> {
    /// Runs `f` with a cache over the values without a typed entry, where routers and overrides keep theirs.
    pub(crate) async fn over<T>(overflow: &mut Overflow, f: impl AsyncFnOnce(&mut Self) -> T) -> T {
        let mut cache = Self {
            typed: (),
            overflow: std::mem::take(overflow),
        };
        let result = f(&mut cache).await;
        *overflow = cache.overflow;
        result
    }
}

impl<S: CacheEntries> DependencyCache<S> {
    /// Returns whether `P` has a value for these parameters, `Some(false)` if its arguments were invalid, and `None` if
    /// it has not run.
    #[inline]
    pub(super) fn was_run<P: Provider>(&mut self, params: &P::Params) -> Option<bool> {
        match &self.entry::<P>(params)?.state {
            State::Empty => None,
            State::Invalid => Some(false),
            State::Resolved(_) => Some(true),
        }
    }

    /// Stores the value that `P` returned, or `None` if its arguments were invalid.
    #[inline]
    pub(super) fn put<P: Provider>(&mut self, params: P::Params, value: Option<P::Returned>) {
        let state = value.map_or(State::Invalid, State::Resolved);
        let full = CacheEntry {
            state,
            params: Some(params),
        };
        match self.typed.entry::<P>(None) {
            Some(free) => *free = full,
            None => self.overflow.push(Box::new(full)),
        }
    }

    /// Returns the number of the next fresh value to be stored.
    pub(super) fn next_fresh(&self) -> usize {
        self.overflow.len()
    }

    /// Stores a fresh value, which can be found only by its number, and returns the number.
    pub(super) fn put_fresh<P: Provider>(&mut self, value: P::Returned) -> usize {
        let number = self.next_fresh();
        let value = Some(value);
        self.overflow
            .push(Box::new(FreshEntry::<P> { number, value }));
        number
    }

    /// Borrows the values of a list of dependencies, all of which have been created.
    #[inline]
    pub(crate) fn borrow<'a, 'r, D: DepList>(
        &'a mut self,
        owned: &'a mut D::Owned,
        state: &'r AppState,
    ) -> D::Injected<'a, 'r> {
        let mut lookup = D::lookup(owned);
        self.typed.visit(&mut |entry| {
            D::offer(&mut lookup, entry);
        });
        for entry in &mut self.overflow {
            D::offer(&mut lookup, &mut **entry);
        }
        D::lend(lookup, state)
    }

    /// Returns the values without a typed entry.
    pub(crate) fn overflow(&mut self) -> &mut Overflow {
        &mut self.overflow
    }

    #[inline]
    fn entry<P: Provider>(&mut self, params: &P::Params) -> Option<&mut CacheEntry<P>> {
        match self.typed.entry::<P>(Some(params)) {
            Some(entry) => Some(entry),
            None => self.overflow.iter_mut().find_map(|entry| {
                let entry = entry.downcast_mut::<CacheEntry<P>>()?;
                (entry.params.as_ref() == Some(params)).then_some(entry)
            }),
        }
    }
}

impl<S: CacheEntries> Values for DependencyCache<S> {
    fn visit_any(&mut self, f: &mut dyn FnMut(&mut (dyn Any + Send)) -> bool) -> bool {
        self.typed.visit_any(f) || self.overflow.iter_mut().any(|entry| f(&mut **entry))
    }
}

impl<P: Provider> std::fmt::Debug for CacheEntry<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CacheEntry({})", P::NAME)
    }
}

impl<S> std::fmt::Debug for DependencyCache<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DependencyCache")
            .field("overflow", &self.overflow.len())
            .finish_non_exhaustive()
    }
}
