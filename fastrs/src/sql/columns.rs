//! fastrs's own types as columns.

use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

use crate::model::{EmailStr, Secret, Url};

fastrs::__text_column!(EmailStr);
fastrs::__text_column!(Url);

#[diagnostic::do_not_recommend]
impl<DB: Database, T: Type<DB>> Type<DB> for Secret<T> {
    fn type_info() -> DB::TypeInfo {
        T::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        T::compatible(info)
    }
}

#[diagnostic::do_not_recommend]
impl<'q, DB: Database, T: Encode<'q, DB>> Encode<'q, DB> for Secret<T> {
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.expose().encode_by_ref(buffer)
    }
}

#[diagnostic::do_not_recommend]
impl<'r, DB: Database, T: Decode<'r, DB>> Decode<'r, DB> for Secret<T> {
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        T::decode(value).map(Self::from)
    }
}
