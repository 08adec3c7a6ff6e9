//! [`Model`] and [`Constrain`] for the types of the crates behind features.

#[cfg(feature = "chrono")]
mod chrono {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday};

    use crate::model::Model;

    impl<Tz: TimeZone> Model for DateTime<Tz> {
        const CHECKED: bool = false;
    }

    impl Model for NaiveDate {
        const CHECKED: bool = false;
    }

    impl Model for NaiveDateTime {
        const CHECKED: bool = false;
    }

    impl Model for NaiveTime {
        const CHECKED: bool = false;
    }

    impl Model for TimeDelta {
        const CHECKED: bool = false;
    }

    impl Model for Weekday {
        const CHECKED: bool = false;
    }
}

#[cfg(feature = "uuid")]
impl super::Model for uuid::Uuid {
    const CHECKED: bool = false;
}

#[cfg(feature = "decimal")]
mod decimal {
    use rust_decimal::Decimal;

    use crate::model::lax::decimal::Decimal as Exact;
    use crate::model::{Constrain, Constraints, Kind, Model};

    impl Model for Decimal {
        const CHECKED: bool = false;
    }

    impl Constrain for Decimal {
        const KIND: Kind = Kind::Decimal;

        fn satisfies(&self, c: &Constraints) -> bool {
            let value = Exact::new(self.mantissa(), self.scale());
            value
                .broken_digits(c.max_digits, c.decimal_places)
                .is_none()
                && c.ge.is_none_or(|ge| value >= Exact::from_number(ge))
                && c.gt.is_none_or(|gt| value > Exact::from_number(gt))
                && c.le.is_none_or(|le| value <= Exact::from_number(le))
                && c.lt.is_none_or(|lt| value < Exact::from_number(lt))
                && c.multiple_of
                    .is_none_or(|of| value.is_multiple_of(Exact::from_number(of)))
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::model::Number;

        #[test]
        fn decimals_are_compared_exactly() {
            let c = Constraints::new()
                .ge(Number::Float(0.1))
                .lt(Number::Int(100))
                .max_digits(4)
                .decimal_places(2);
            for (text, expected) in [
                ("0.1", true),
                ("0.09", false),
                ("99.99", true),
                ("100", false),
                ("1.234", false),
            ] {
                let decimal: Decimal = text.parse().unwrap();
                assert_eq!(decimal.satisfies(&c), expected, "{text}");
            }
        }
    }
}
