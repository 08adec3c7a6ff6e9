//! `use_cache = false`: a value that is not shared.

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
};

use super::{
    CacheEntries, Dep, DepList, DependencyCache, ExclusiveRef, Params, Plan, Provider,
    RequestScope, Site, With, cache::Apart, list::describe, scope::obtain,
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
    Own(R),
    Apart(usize),
}

#[doc(hidden)]
#[derive(Debug)]
pub enum FreshRef<'a, R> {
    Found(&'a mut R),
    Apart(usize),
}

type Returned<A> = <<A as WithParams>::Provider as Provider>::Returned;

impl<A: WithParams> DepList for Fresh<A> {
    type CacheEntries = <<A::Provider as Provider>::Deps as DepList>::CacheEntries;
    type Held = FreshValue<Returned<A>>;
    type Want<'a> = FreshRef<'a, Returned<A>>;
    type Lent<'a, 'r> = ExclusiveRef<'a, Returned<A>>;

    async fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> Arg<Self::Held> {
        let made = obtain::<A::Provider, S>(cx, cache, &A::params()).await;
        let number = cache.next_apart();
        made.map(|value| {
            let has_exit = cx
                .last_exit()
                .is_some_and(|exit| exit.keep_apart(TypeId::of::<A::Provider>(), number));
            match has_exit {
                true => FreshValue::Apart(cache.put_apart::<A::Provider>(value)),
                false => FreshValue::Own(value),
            }
        })
    }

    fn want(held: &mut Self::Held) -> Self::Want<'_> {
        match held {
            FreshValue::Own(value) => FreshRef::Found(value),
            FreshValue::Apart(number) => FreshRef::Apart(*number),
        }
    }

    fn offer<'a>(
        want: &mut Self::Want<'a>,
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let FreshRef::Apart(number) = *want else {
            return Some(slot);
        };
        let is_it = |slot: &Apart<A::Provider>| slot.number == number;
        if !slot.downcast_ref().is_some_and(is_it) {
            return Some(slot);
        }
        let value = slot.downcast_mut::<Apart<A::Provider>>()?.value.as_mut()?;
        *want = FreshRef::Found(value);
        None
    }

    fn lend<'a, 'r>(want: Self::Want<'a>, _: &'r AppState) -> Self::Lent<'a, 'r> {
        match want {
            FreshRef::Found(value) => ExclusiveRef::of(Some(value)),
            FreshRef::Apart(_) => ExclusiveRef::of(None),
        }
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<A::Provider>(op);
    }

    fn plan(plan: &mut Plan) {
        plan.visit::<A::Provider>();
    }
}

impl<A: WithParams> Dep for Fresh<A> {
    type Provider = A::Provider;
}
