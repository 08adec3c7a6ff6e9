//! The plan for startup: app-scoped values, each created after its dependencies and before the first request.

use std::{any::TypeId, collections::HashMap, sync::Arc};

use super::{DepList, Provider, teardown::Teardown};
use crate::request::{AppState, BoxFuture, Failure};

/// The values to create at startup for an app's routes and jobs, and the errors found.
#[derive(Debug, Default)]
pub struct Plan {
    visited: Vec<TypeId>,
    /// Providers that are replaced and so do not run, with the dependencies of their replacements.
    replaced: HashMap<TypeId, Replacement>,
    /// The function whose dependencies are being planned.
    function: String,
    /// The app-scoped values that it depends on directly.
    needs: Vec<TypeId>,
    /// Whether it depends on a request-scoped value.
    needs_request: bool,
    pub(crate) values: Vec<AppValue>,
    pub(crate) errors: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Replacement {
    name: &'static str,
    dependencies: PlanFn,
}

impl Plan {
    /// Records that `P` is replaced by a value, or by another provider with these dependencies.
    pub(crate) fn replace<P: Provider>(&mut self, dependencies: PlanFn) {
        let replacement = Replacement {
            name: P::NAME,
            dependencies,
        };
        self.replaced.insert(TypeId::of::<P>(), replacement);
    }

    /// Plans the dependencies of `function`.
    pub(crate) fn add(&mut self, function: String, dependencies: PlanFn) {
        let outer = std::mem::replace(&mut self.function, function);
        dependencies(self);
        self.function = outer;
    }

    /// Plans the dependencies of `P` on the first visit. Returns the app-scoped values that it depends on directly, or
    /// `None` if this was not the first visit.
    pub(super) fn visit<P: Provider>(&mut self) -> Option<Vec<TypeId>> {
        if self.visited.contains(&TypeId::of::<P>()) {
            return None;
        }
        self.visited.push(TypeId::of::<P>());
        let replacement = self.replaced.get(&TypeId::of::<P>());
        let dependencies = match replacement {
            Some(replacement) => replacement.dependencies,
            None => <P::Deps as DepList>::plan,
        };
        let outer = std::mem::take(&mut self.needs);
        self.add(format!("`{}`", P::NAME), dependencies);
        Some(std::mem::replace(&mut self.needs, outer))
    }

    /// Plans a request-scoped value. A value that an app should make once is an error here, unless it depends on the
    /// request.
    pub(super) fn request_value<P: Provider>(&mut self) {
        self.needs_request = false;
        let is_first = self.visit::<P>().is_some();
        let needs_request = std::mem::replace(&mut self.needs_request, true)
            || size_of::<P::Args<'static>>() > 0
            || size_of::<P::Params>() > 0;
        if let Some(once) = P::ONCE
            && is_first
            && !needs_request
            && !self.replaced.contains_key(&TypeId::of::<P>())
        {
            self.errors.push(format!(
                "the dependency `{}` makes {}: make it once, with `#[dependency(scope = \"app\")]`",
                P::NAME,
                once.repeated
            ));
        }
    }

    /// Plans an app-scoped value.
    pub(super) fn value<P: Provider>(&mut self, start: StartFn) {
        let id = TypeId::of::<P>();
        if let Some(needs) = self.visit::<P>() {
            self.values.push(AppValue {
                id,
                name: P::NAME,
                provided: P::PROVIDED,
                needs,
                start,
            });
        }
        self.needs.push(id);
    }

    /// Reports that one function declares the same value twice, although it can be lent only once.
    pub(super) fn duplicate(&mut self, provider: &str) {
        self.errors.push(format!(
            "{} depends on `{provider}` twice with the same arguments: keep one argument, and borrow from it",
            self.function
        ));
    }

    /// Returns the values in the order in which they are created, or reports all errors.
    pub(crate) fn finish(mut self, errors: &mut Vec<String>) -> Vec<AppValue> {
        errors.append(&mut self.errors);
        for (id, Replacement { name, dependencies }) in &self.replaced {
            let mut walk = Self {
                replaced: self.replaced.clone(),
                ..Self::default()
            };
            dependencies(&mut walk);
            if walk.visited.contains(id) {
                errors.push(format!(
                    "the override of the dependency `{name}` depends on it"
                ));
            }
        }
        for value in &self.values {
            let name = value.name;
            if value.provided && !self.replaced.contains_key(&value.id) {
                errors.push(format!(
                    "the dependency `{name}` has no value: call `App::provide::<{name}>(value)`"
                ));
            }
        }
        self.values
    }
}

/// A function that adds a function's dependencies to the plan.
pub(crate) type PlanFn = fn(&mut Plan);

type StartFn = fn(Arc<AppState>) -> BoxFuture<'static, Result<Option<Teardown>, Failure>>;

/// One app-scoped value to create.
#[derive(Debug)]
pub(crate) struct AppValue {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    /// Whether the value can only come from `App::provide`.
    pub(crate) provided: bool,
    /// The values that it is made from.
    pub(crate) needs: Vec<TypeId>,
    pub(crate) start: StartFn,
}
