//! `use_cache = false`: a value of one's own.

use std::{
    any::{Any, TypeId},
    marker::PhantomData,
};

use super::{
    Dep, DepList, Exclusive, Params, Plan, Provider, RequestScope, Site, Slots, Store, With,
    list::describe, scope::obtain, slots::Apart,
};
use crate::{
    extract::Arg,
    openapi::Operation,
    request::{Context, Shared},
};

/// `#[depends(provider, use_cache = false)]`: made anew for this argument, and kept by the function that asks.
#[derive(Debug)]
pub struct Fresh<D>(PhantomData<D>);

/// A provider together with its parameters.
#[doc(hidden)]
pub trait Asked: 'static {
    type Provider: Provider;
    fn params() -> <Self::Provider as Provider>::Params;
}

impl<P: Provider> Asked for P {
    type Provider = P;

    fn params() -> P::Params {
        P::Params::none().clone()
    }
}

impl<P: Provider<Scope = RequestScope>, T: Site<P>> Asked for With<P, T> {
    type Provider = P;

    fn params() -> P::Params {
        T::params()
    }
}

/// A value made anew: with the function that asks, or, if an exit is to get it back, in the request's store.
#[doc(hidden)]
#[derive(Debug)]
pub enum Anew<R> {
    Own(R),
    Apart(usize),
}

#[doc(hidden)]
#[derive(Debug)]
pub enum Wanted<'a, R> {
    Found(&'a mut R),
    Apart(usize),
}

type Returned<A> = <<A as Asked>::Provider as Provider>::Returned;

impl<A: Asked> DepList for Fresh<A> {
    type Slots = <<A::Provider as Provider>::Deps as DepList>::Slots;
    type Held = Anew<Returned<A>>;
    type Want<'a> = Wanted<'a, Returned<A>>;
    type Lent<'a, 'r> = Exclusive<'a, Returned<A>>;

    async fn resolve<'r, S: Slots>(cx: &mut Context<'r>, store: &mut Store<S>) -> Arg<Self::Held> {
        let made = obtain::<A::Provider, S>(cx, store, &A::params()).await;
        let number = store.next_apart();
        made.map(|value| {
            let has_exit = cx
                .last_exit()
                .is_some_and(|exit| exit.keep_apart(TypeId::of::<A::Provider>(), number));
            match has_exit {
                true => Anew::Apart(store.put_apart::<A::Provider>(value)),
                false => Anew::Own(value),
            }
        })
    }

    fn want(held: &mut Self::Held) -> Self::Want<'_> {
        match held {
            Anew::Own(value) => Wanted::Found(value),
            Anew::Apart(number) => Wanted::Apart(*number),
        }
    }

    fn offer<'a>(
        want: &mut Self::Want<'a>,
        slot: &'a mut (dyn Any + Send),
    ) -> Option<&'a mut (dyn Any + Send)> {
        let Wanted::Apart(number) = *want else {
            return Some(slot);
        };
        let is_it = |slot: &Apart<A::Provider>| slot.number == number;
        if !slot.downcast_ref().is_some_and(is_it) {
            return Some(slot);
        }
        let value = slot.downcast_mut::<Apart<A::Provider>>()?.value.as_mut()?;
        *want = Wanted::Found(value);
        None
    }

    fn lend<'a, 'r>(want: Self::Want<'a>, _: &'r Shared) -> Self::Lent<'a, 'r> {
        match want {
            Wanted::Found(value) => Exclusive::of(Some(value)),
            Wanted::Apart(_) => Exclusive::of(None),
        }
    }

    fn describe(op: &mut Operation<'_>) {
        describe::<A::Provider>(op);
    }

    fn plan(plan: &mut Plan) {
        plan.visit::<A::Provider>();
    }
}

impl<A: Asked> Dep for Fresh<A> {
    type Provider = A::Provider;
}
