//! What is made before the first request: the app-scoped values, each after what it depends on.

use std::{
    any::TypeId,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{Closer, DepList, Made, Provider};
use crate::request::{AppState, BoxFuture};

/// What an app's routes and jobs need to be made at start-up, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Plan {
    seen: HashSet<TypeId>,
    /// Providers that are not run, with what their replacements ask for in their place.
    replaced: HashMap<TypeId, Replacement>,
    /// Whose dependencies are being planned.
    asker: String,
    pub(crate) values: Vec<AppValue>,
    pub(crate) wrong: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
struct Replacement {
    name: &'static str,
    dependencies: Planning,
}

impl Plan {
    /// Notes that a value, or another provider with these dependencies, stands in for `P`.
    pub(crate) fn replace<P: Provider>(&mut self, dependencies: Planning) {
        let replacement = Replacement {
            name: P::NAME,
            dependencies,
        };
        self.replaced.insert(TypeId::of::<P>(), replacement);
    }

    /// Plans what the function `asker` depends on.
    pub(crate) fn of(&mut self, asker: String, dependencies: Planning) {
        let outer = std::mem::replace(&mut self.asker, asker);
        dependencies(self);
        self.asker = outer;
    }

    /// Plans what `P` depends on, the first time it is asked for.
    pub(super) fn visit<P: Provider>(&mut self) -> bool {
        let is_new = self.seen.insert(TypeId::of::<P>());
        if is_new {
            let replacement = self.replaced.get(&TypeId::of::<P>());
            let dependencies = match replacement {
                Some(replacement) => replacement.dependencies,
                None => <P::Deps as DepList>::plan,
            };
            self.of(format!("`{}`", P::NAME), dependencies);
        }
        is_new
    }

    /// One function asks twice for one value, of which it can be lent only one.
    pub(super) fn asked_twice(&mut self, provider: &str) {
        self.wrong.push(format!(
            "{} asks twice for `{provider}` with the same arguments: ask once, and borrow from that argument",
            self.asker
        ));
    }

    /// The values in the order in which they are made, or all that is wrong.
    pub(crate) fn finish(mut self, wrong: &mut Vec<String>) -> Vec<AppValue> {
        wrong.append(&mut self.wrong);
        for (id, Replacement { name, dependencies }) in &self.replaced {
            let mut walk = Self {
                replaced: self.replaced.clone(),
                ..Self::default()
            };
            dependencies(&mut walk);
            if walk.seen.contains(id) {
                wrong.push(format!(
                    "what replaces the dependency `{name}` depends on it"
                ));
            }
        }
        for value in &self.values {
            let name = value.name;
            if value.provided && !self.replaced.contains_key(&value.id) {
                wrong.push(format!(
                    "nobody gives the value of `{name}`: call `App::provide::<{name}>(value)`"
                ));
            }
        }
        self.values
    }
}

/// Writes what a function depends on to the plan.
pub(crate) type Planning = fn(&mut Plan);

type Start = fn(Arc<AppState>) -> BoxFuture<'static, Made<Option<Closer>>>;

/// One app-scoped value to be made.
#[derive(Debug)]
pub(crate) struct AppValue {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    /// Whether only `App::provide` can give it.
    pub(crate) provided: bool,
    pub(crate) start: Start,
}
