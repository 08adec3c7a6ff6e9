//! [`Model`] and [`Constrain`] for the types of the crates behind optional features.

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

    #[diagnostic::do_not_recommend]
    impl Constrain for Decimal {
        const KIND: Kind = Kind::Decimal;

        fn satisfies(&self, c: &Constraints) -> bool {
            let value = Exact::new(self.mantissa(), -(self.scale() as i32));
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

#[cfg(all(test, feature = "chrono", feature = "uuid", feature = "decimal"))]
mod tests {
    use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    use schemars::JsonSchema;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use crate::model::{Compiled, Constraints, Errors, Mode};

    /// Returns the kinds of the errors. Also checks that a valid value decodes, converted or as it is.
    fn kinds<T: JsonSchema + DeserializeOwned>(value: Value) -> Vec<String> {
        let mut errors = Errors::new();
        let schema = Compiled::of::<T>();
        let new = schema.diagnose(&value, &Constraints::NONE, Mode::Json, &[], &mut errors);
        let decoded = serde_json::from_value::<T>(new.clone().unwrap_or(value.clone()));
        assert_eq!(
            decoded.is_ok(),
            errors.is_empty(),
            "{value} {new:?} {errors:?}"
        );
        let kinds = errors.into_vec().into_iter().map(|e| e.kind.into_owned());
        kinds.collect()
    }

    #[test]
    fn what_is_converted_decodes() {
        let points = [
            json!("2024-01-02T03:04:05Z"),
            json!("2024-01-02 03:04+0200"),
            json!("2024-01-02t03:04:05.5z"),
            json!(1_700_000_000),
            json!(1_700_000_000.25),
            json!("1700000000"),
        ];
        for point in points {
            assert!(kinds::<DateTime<Utc>>(point.clone()).is_empty());
            assert!(kinds::<DateTime<FixedOffset>>(point).is_empty());
        }
        for value in [json!("2024-01-02"), json!("2024-01-02 03:04"), json!(7)] {
            assert!(kinds::<NaiveDateTime>(value).is_empty());
        }
        for value in [
            json!("2024-01-02"),
            json!("2024-01-02T00:00:00Z"),
            json!(86_400),
        ] {
            assert!(kinds::<NaiveDate>(value).is_empty());
        }
        for value in [json!("03:04"), json!("03:04:05.25"), json!(3600.5)] {
            assert!(kinds::<NaiveTime>(value).is_empty());
        }
        for value in [
            "936da01f9abd4d9d80c702af85c822a8",
            "{936da01f-9abd-4d9d-80c7-02af85c822a8}",
        ] {
            assert!(kinds::<uuid::Uuid>(json!(value)).is_empty());
        }
        for value in [
            json!(" 1.50 "),
            json!("1_000"),
            json!("1e3"),
            json!(2.5),
            json!(7),
        ] {
            assert!(kinds::<rust_decimal::Decimal>(value).is_empty());
        }
    }

    #[test]
    fn rejected_values_do_not_decode() {
        assert_eq!(
            kinds::<DateTime<Utc>>(json!("2024-01-02T03:04:05")),
            ["timezone_aware"]
        );
        assert_eq!(
            kinds::<NaiveDateTime>(json!("2024-01-02T03:04:05Z")),
            ["timezone_naive"]
        );
        assert_eq!(
            kinds::<NaiveDate>(json!("2024-01-02T03:04:05")),
            ["date_from_datetime_inexact"]
        );
        assert_eq!(kinds::<NaiveTime>(json!("03:04Z")), ["timezone_naive"]);
        assert_eq!(kinds::<uuid::Uuid>(json!("x")), ["uuid_parsing"]);
        assert_eq!(
            kinds::<rust_decimal::Decimal>(json!(true)),
            ["decimal_type"]
        );
    }
}
