//! `Field`: validation of a field of any type, model or not.

use super::{Constrain, Constraints, Model, Report};

/// A field under validation. The macros write `Field(&self.x).validate(report)` for every type. If the type is a model,
/// this calls the inherent method; otherwise it calls the trait's, which does nothing. A field of a foreign type
/// therefore compiles, and a type that cannot be a field causes a single error, from the check that names it.
#[derive(Debug)]
pub struct Field<'a, T: ?Sized>(pub &'a T);

impl<T: Model + ?Sized> Field<'_, T> {
    /// Validates the field's value.
    #[inline]
    pub fn validate(&self, report: &mut Report<'_>) {
        self.0.validate(report);
    }

    /// Validates the value of a struct's field `name`. There is one function per type rather than per field.
    #[inline]
    pub fn validate_at(&self, name: &'static str, report: &mut Report<'_>) {
        if const { T::CHECKED } {
            report.at_field(name, |report| self.0.validate(report));
        }
    }
}

impl<T: Constrain + ?Sized> Field<'_, T> {
    /// Checks the field's constraints.
    #[inline]
    pub fn check(&self, constraints: &Constraints, report: &mut Report<'_>) {
        if !self.0.satisfies(constraints) {
            report.fail();
        }
    }
}

/// The fallback of [`Field::validate`] and [`Field::validate_at`].
pub trait Unvalidated {
    /// Does nothing.
    fn validate(&self, report: &mut Report<'_>) {
        let _ = report;
    }

    /// Does nothing.
    fn validate_at(&self, name: &'static str, report: &mut Report<'_>) {
        let _ = (name, report);
    }
}

/// The fallback of [`Field::check`].
pub trait Unconstrained {
    /// Does nothing.
    fn check(&self, constraints: &Constraints, report: &mut Report<'_>) {
        let _ = (constraints, report);
    }
}

impl<T: ?Sized> Unvalidated for Field<'_, T> {}
impl<T: ?Sized> Unconstrained for Field<'_, T> {}

#[cfg(test)]
mod tests {
    #[allow(unused_imports)]
    use super::{Unconstrained as _, Unvalidated as _, *};

    struct Foreign;

    #[test]
    fn any_type_expands_to_the_same_code() {
        let long = Constraints::new().min_length(3);
        let mut report = Report::new();
        Field(&Foreign).check(&long, &mut report);
        Field(&Foreign).validate(&mut report);
        Field("abc").validate(&mut report);
        assert!(report.is_valid());
        Field("ab").check(&long, &mut report);
        assert!(!report.is_valid());
    }
}
