//! `Field`: validation of a field of any type, model or not.

use super::{Constrain, Constraints, Model, Report};

/// A field under validation. The macros write `Field(&self.x).validate(report)` for every type:
/// the inherent method is taken where the type is a model, and the trait's otherwise, which does
/// nothing. So a field of a foreign type compiles, and a wrong one gives one error, from
/// the check that names it.
#[derive(Debug)]
pub struct Field<'a, T: ?Sized>(pub &'a T);

impl<T: Model + ?Sized> Field<'_, T> {
    /// Validates what is in the field.
    #[inline]
    pub fn validate(&self, report: &mut Report<'_>) {
        self.0.validate(report);
    }

    /// Validates what is in the field `name` of a struct. One function for each type, not for each field.
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
    fn any_type_goes_through_the_same_lines() {
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
