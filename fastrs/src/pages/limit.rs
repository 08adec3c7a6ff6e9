//! The numbers that a client may choose: how many items to return, and how many to skip.

use std::ops::RangeInclusive;

use crate::{
    extract::{Arg, Constrained, FromLocation, Location, ParamSpec, accept_arg, location},
    model::{Constraints, Number},
    openapi::Operation,
    request::Context,
};

/// A query parameter that is a number.
pub(super) struct Count {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) range: RangeInclusive<u32>,
    /// The value if the client does not choose one.
    pub(super) default: u32,
}

impl Count {
    /// Returns the parameter `limit`. A limit that the compiler knows to make no sense is an error.
    pub(super) const fn limit<const DEFAULT: u32, const MAX: u32>() -> Self {
        const {
            assert!(
                1 <= DEFAULT && DEFAULT <= MAX,
                "of `<DEFAULT, MAX>`, the default limit has to be at least 1, and at most the maximum, which is 100 unless you write another one"
            );
        }
        Self {
            name: "limit",
            description: "The maximum number of items.",
            range: 1..=MAX,
            default: DEFAULT,
        }
    }

    pub(super) const OFFSET: Self = Self {
        name: "offset",
        description: "How many items to skip.",
        range: 0..=u32::MAX,
        default: 0,
    };

    pub(super) fn describe(&self, op: &mut Operation<'_>) {
        let default = Some(self.default.into());
        <u32 as FromLocation<'_, location::Query>>::describe_in(&self.spec(), op, default);
    }

    /// Reads the number, or reports to the context why it is invalid.
    pub(super) fn read(&self, cx: &mut Context<'_>) -> Option<u32> {
        let request = cx.request();
        match request.query().last(request.raw_query(), self.name) {
            None => Some(self.default),
            Some(text) => {
                let number = text.parse().ok().filter(|it| self.range.contains(it));
                number.or_else(|| self.read_anything(cx))
            }
        }
    }

    /// Reads a number as any other argument is read. The schema of such an argument is compiled, which takes longer.
    #[cold]
    fn read_anything(&self, cx: &mut Context<'_>) -> Option<u32> {
        let spec = self.spec();
        let read: Arg<u32> = FromLocation::<location::Query>::extract_in(&spec, cx);
        Constrained::check(accept_arg(read, &spec, cx), &spec, cx)
    }

    fn spec(&self) -> ParamSpec {
        let number = |number: u32| Number::Int(number.into());
        let mut constraints = Constraints::new().ge(number(*self.range.start()));
        if *self.range.end() < u32::MAX {
            constraints = constraints.le(number(*self.range.end()));
        }
        ParamSpec::new(self.name, Location::Query)
            .description(self.description)
            .constraints(constraints)
    }
}
