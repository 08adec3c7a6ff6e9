//! `use_cache = false`: a value that is not shared.

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
};

use super::{
    CacheEntries, Dep, DepList, DependencyCache, ExclusiveRef, Params, Plan, Provider,
    RequestScope, Site, With, cache::FreshEntry, list::describe, resolve::resolve,
};
use crate::{
    extract::Arg,
    openapi::Operation,
    request::{AppState, Context},
};

/// `#[depends(provider, use_cache = false)]`: the value is created for this argument only and belongs to the function
/// that declares the argument.
#[derive(Debug)]
pub struct Fresh<D>(PhantomData<D>);

/// A provider together with its parameters.
#[doc(hidden)]
pub trait WithParams: 'static {
    type Provider: Provider;
    fn params() -> <Self::Provider as Provider>::Params;
}

impl<P: Provider> WithParams for P {
    type Provider = P;

    fn params() -> P::Params {
        P::Params::none().clone()
    }
}

impl<P: Provider<Scope = RequestScope>, T: Site<P>> WithParams for With<P, T> {
    type Provider = P;

    fn params() -> P::Params {
        T::params()
    }
}

/// A fresh value. The function keeps it, unless an exit gets it back: then the request's cache stores it under a
/// number.
#[doc(hidden)]
#[derive(Debug)]
pub enum FreshValue<R> {
    Owned(R),
    Stored(usize),
}

#[doc(hidden)]
#[derive(Debug)]
pub enum FreshRef<'a, R> {
    Found(&'a mut R),
    Stored(usize),
}

type Returned<A> = <<A as WithParams>::Provider as Provider>::Returned;

impl<A: WithParams> DepList for Fresh<A> {
    type CacheEntries = <<A::Provider as Provider>::Deps as DepList>::CacheEntries;
    type Owned = FreshValue<Returned<A>>;
    type Lookup<'a> = FreshRef<'a, Returned<A>>;
    type Injected<'a, 'r> = ExclusiveRef<'a, Returned<A>>;

    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<Self::Owned> {
        let result = resolve::<A::Provider, S>(cx, cache, &A::params()).await;
        let number = cache.next_fresh();
        result.map(|value| {
            let has_exit = cx
                .last_exit()
                .is_some_and(|exit| exit.bind_fresh(TypeId::of::<A::Provider>(), number));
            match has_exit {
                true => FreshValue::Stored(cache.put_fresh::<A::Provider>(value)),
                false => FreshValue::Owned(value),
            }
        })
    }

    fn lookup(owned: &mut Self::Owned) -> Self::Lookup<'_> {
        match owned {
            FreshValue::Owned(value) => FreshRef::Found(value),
            FreshValue::Stored(number) => FreshRef::Stored(*number),
        }
    }

    fn offer<'a>(
        lookup: &mut Self::Lookup<'a>,
        entry: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let FreshRef::Stored(number) = *lookup else {
            return Some(entry);
        };
        let is_match = |entry: &FreshEntry<A::Provider>| entry.number == number;
        if !entry.downcast_ref().is_some_and(is_match) {
            return Some(entry);
        }
        let value = entry
            .downcast_mut::<FreshEntry<A::Provider>>()?
            .value
            .as_mut()?;
        *lookup = FreshRef::Found(value);
        None
    }

    fn lend<'a, 'r>(lookup: Self::Lookup<'a>, _: &'r AppState) -> Self::Injected<'a, 'r> {
        match lookup {
            FreshRef::Found(value) => ExclusiveRef::new(Some(value)),
            FreshRef::Stored(_) => ExclusiveRef::new(None),
        }
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<A::Provider>(op);
    }

    fn plan(plan: &mut Plan) {
        plan.request_value::<A::Provider>();
    }
}

impl<A: WithParams> Dep for Fresh<A> {
    type Provider = A::Provider;
}
