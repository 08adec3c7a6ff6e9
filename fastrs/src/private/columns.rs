//! `#[model(column)]`: models as columns of a database.
//!
//! The implementations depend on the features of fastrs, which a macro does not know. So it calls the macros below, of
//! which each feature defines its own.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod conversions {
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::Value;

    use crate::error::BoxError;

    /// Returns the text of a model whose JSON is a string.
    pub fn to_text(model: &impl Serialize) -> Result<String, BoxError> {
        match serde_json::to_value(model)? {
            Value::String(text) => Ok(text),
            _ => Err(r#"its JSON is not a string: write `#[model(column = "json")]`"#.into()),
        }
    }

    /// Returns the model whose JSON is this string.
    pub fn from_text<T: DeserializeOwned>(text: String) -> Result<T, BoxError> {
        Ok(serde_json::from_value(Value::String(text))?)
    }

    /// Returns the JSON of a model.
    pub fn to_json(model: &impl Serialize) -> Result<String, BoxError> {
        Ok(serde_json::to_string(model)?)
    }

    /// Returns the model whose JSON this is.
    pub fn from_json<T: DeserializeOwned>(text: String) -> Result<T, BoxError> {
        Ok(serde_json::from_str(&text)?)
    }
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use conversions::{from_json, from_text, to_json, to_text};

/// Implements the traits of a column of text, with a function for each direction.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __column_as_text {
    ($model:ty, [$($database:tt)*], $db:ty, $write:ident, $read:ident) => {
        impl<$($database)*> $crate::__private::sqlx::Type<$db> for $model
        where
            ::std::string::String: $crate::__private::sqlx::Type<$db>,
        {
            fn type_info() -> <$db as $crate::__private::sqlx::Database>::TypeInfo {
                <::std::string::String as $crate::__private::sqlx::Type<$db>>::type_info()
            }

            fn compatible(info: &<$db as $crate::__private::sqlx::Database>::TypeInfo) -> bool {
                <::std::string::String as $crate::__private::sqlx::Type<$db>>::compatible(info)
            }
        }

        impl<'q, $($database)*> $crate::__private::sqlx::Encode<'q, $db> for $model
        where
            ::std::string::String: $crate::__private::sqlx::Encode<'q, $db>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <$db as $crate::__private::sqlx::Database>::ArgumentBuffer,
            ) -> ::std::result::Result<
                $crate::__private::sqlx::encode::IsNull,
                $crate::__private::sqlx::error::BoxDynError,
            > {
                let text = $crate::__private::$write(self)?;
                $crate::__private::sqlx::Encode::<'q, $db>::encode(text, buffer)
            }
        }

        impl<'r, $($database)*> $crate::__private::sqlx::Decode<'r, $db> for $model
        where
            ::std::string::String: $crate::__private::sqlx::Decode<'r, $db>,
        {
            fn decode(
                value: <$db as $crate::__private::sqlx::Database>::ValueRef<'r>,
            ) -> ::std::result::Result<Self, $crate::__private::sqlx::error::BoxDynError> {
                let text = <::std::string::String as $crate::__private::sqlx::Decode<'r, $db>>::decode(value)?;
                $crate::__private::$read(text)
            }
        }
    };
}

/// A column of text: `TEXT` in every database.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __text_column {
    ($model:ty) => {
        $crate::__column_as_text!($model, [DB: $crate::__private::sqlx::Database], DB, to_text, from_text);
    };
}

/// A column of JSON: `JSONB` or `JSON` in PostgreSQL, and `TEXT` in the others.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_column {
    ($model:ty) => {
        $crate::__json_in_sqlite!($model);
        $crate::__json_in_postgres!($model);
        $crate::__json_in_any!($model);
    };
}

#[cfg(feature = "sqlite")]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_sqlite {
    ($model:ty) => {
        $crate::__column_as_text!(
            $model,
            [],
            $crate::__private::sqlx::Sqlite,
            to_json,
            from_json
        );
    };
}

#[cfg(feature = "any-database")]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_any {
    ($model:ty) => {
        $crate::__column_as_text!($model, [], $crate::__private::sqlx::Any, to_json, from_json);
    };
}

#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_postgres {
    ($model:ty) => {
        impl $crate::__private::sqlx::Type<$crate::__private::sqlx::Postgres> for $model {
            fn type_info() -> $crate::__private::sqlx::postgres::PgTypeInfo {
                <$crate::__private::sqlx::types::Json<$model> as $crate::__private::sqlx::Type<
                    $crate::__private::sqlx::Postgres,
                >>::type_info()
            }

            fn compatible(info: &$crate::__private::sqlx::postgres::PgTypeInfo) -> bool {
                <$crate::__private::sqlx::types::Json<$model> as $crate::__private::sqlx::Type<
                    $crate::__private::sqlx::Postgres,
                >>::compatible(info)
            }
        }

        impl<'q> $crate::__private::sqlx::Encode<'q, $crate::__private::sqlx::Postgres> for $model {
            fn encode_by_ref(
                &self,
                buffer: &mut $crate::__private::sqlx::postgres::PgArgumentBuffer,
            ) -> ::std::result::Result<
                $crate::__private::sqlx::encode::IsNull,
                $crate::__private::sqlx::error::BoxDynError,
            > {
                $crate::__private::sqlx::Encode::<'q, $crate::__private::sqlx::Postgres>::encode(
                    $crate::__private::sqlx::types::Json(self),
                    buffer,
                )
            }
        }

        impl<'r> $crate::__private::sqlx::Decode<'r, $crate::__private::sqlx::Postgres> for $model {
            fn decode(
                value: $crate::__private::sqlx::postgres::PgValueRef<'r>,
            ) -> ::std::result::Result<Self, $crate::__private::sqlx::error::BoxDynError> {
                let $crate::__private::sqlx::types::Json(model) = $crate::__private::sqlx::Decode::<
                    'r,
                    $crate::__private::sqlx::Postgres,
                >::decode(value)?;
                ::std::result::Result::Ok(model)
            }
        }
    };
}

#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_sqlite {
    ($model:ty) => {};
}

#[cfg(not(feature = "any-database"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_any {
    ($model:ty) => {};
}

#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_in_postgres {
    ($model:ty) => {};
}

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __text_column {
    ($model:ty) => {
        ::std::compile_error!("`column` needs fastrs's feature `sqlite` or `postgres`");
    };
}

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __json_column {
    ($model:ty) => {
        $crate::__text_column!($model);
    };
}
