//! Values that live for one request.

use std::future::Future;

use super::{
    CacheEntries, CacheEntry, DepList, DependencyCache, ExclusiveRef, Params, Plan, Provider,
    RequestScope, Scope, resolve::resolve_cached,
};
use crate::{
    extract::Arg,
    request::{AppState, Context},
};

#[diagnostic::do_not_recommend]
impl<P: Provider<Scope = RequestScope>> Scope<P> for RequestScope {
    const PER_REQUEST: bool = true;

    type CacheEntries = (CacheEntry<P>, <P::Deps as DepList>::CacheEntries);
    type Injected<'a, 'r> = ExclusiveRef<'a, P::Returned>;

    fn resolve<'r, S: CacheEntries>(
        cx: &mut Context<'r>,
        cache: &mut DependencyCache<S>,
    ) -> impl Future<Output = Arg<()>> + Send {
        resolve_cached::<P, S>(cx, cache, P::Params::none())
    }

    fn lend<'a, 'r>(
        lookup: Option<&'a mut P::Returned>,
        _: &'r AppState,
    ) -> Self::Injected<'a, 'r> {
        ExclusiveRef::new(lookup)
    }

    fn plan(plan: &mut Plan) {
        plan.request_value::<P>();
    }
}
