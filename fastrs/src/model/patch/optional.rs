//! A flattened `Option` of a model: if there is a model, its fields are set one by one; otherwise the fields that were
//! sent must make up a whole model.

use std::any;

use serde::de::DeserializeOwned;

use super::{
    FieldError, FieldType, FieldValue, Flattened, FlattenedOf, ModelType, Patch, SentFields,
    SentValues, add_known, add_names, field_value,
};
use crate::model::read::Names;

/// The fields that were sent, and the whole model if they make one up.
struct SentOption<T> {
    fields: SentFields,
    whole: Option<T>,
}

fn fields<T: 'static>(value: &FieldValue) -> &SentFields {
    &field_value::<SentOption<T>>(value).fields
}

impl<T: Patch + DeserializeOwned + Send> FlattenedOf<Option<T>> {
    /// The operations on the field.
    pub const TYPE: Option<FieldType> = Some(FieldType {
        read: |input| {
            let whole = input.0.try_read::<T>();
            match SentFields::of_source::<T>(input.0) {
                Ok(fields) => Ok(Box::new(SentOption { fields, whole })),
                Err(error) => Err(FieldError(error)),
            }
        },
        write: |value, out, _| fields::<T>(value).write(T::FIELDS, out),
        names: || {
            let mut names = Names::default();
            add_names(T::FIELDS, &mut names);
            names
        },
        type_name: any::type_name::<Option<T>>,
        model: Some(ModelType {
            known: add_known::<T>,
            get: |value, name| fields::<T>(value).get(T::FIELDS, name),
            check: |value, report| fields::<T>(value).check::<T>(report),
        }),
    });
}

impl<T: Patch> Flattened<'_, Option<T>> {
    /// Puts the fields that were sent into the model. If there is none, they become the model, provided they make up a
    /// whole one.
    pub fn set(self, sent: &mut SentValues) {
        let Some(value) = sent.next() else { return };
        let Ok(sent) = value.downcast::<SentOption<T>>() else {
            return;
        };
        match self.0 {
            Some(model) => sent.fields.apply_to(model),
            none => *none = sent.whole,
        }
    }
}
