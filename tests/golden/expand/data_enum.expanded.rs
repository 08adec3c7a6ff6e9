#[derive(::fastrs::__private::serde::Serialize, ::fastrs::__private::serde::Deserialize)]
#[serde(crate = "::fastrs::__private::serde")]
#[cfg_attr(
    not(doc),
    serde(
        bound = "< Shape as :: fastrs :: __private :: Marked < 0usize >> :: Type: ::core::marker::Sized"
    )
)]
enum Shape {
    Circle { radius: f64 },
    Square(Side),
    Nothing,
}
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    type __Fields = ::fastrs::__private::If<
        {
            ::fastrs::__private::is_field(
                ::fastrs::__may_hold!(Side, BE_A_FIELD),
                ::fastrs::__private::Holds::<Side>::INSTEAD,
                "`Side` cannot be a field of a model: put `#[model]` on it, or derive `Serialize`, `Deserialize` and `JsonSchema` for it",
            );
            true
        },
    >;
    impl ::fastrs::__private::Marked<0usize> for Shape {
        type Type = <__Fields as ::fastrs::__private::Then<Side>>::Type;
    }
    #[automatically_derived]
    #[allow(clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::schemars::JsonSchema for Shape {
        fn schema_name() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed("Shape")
        }
        fn schema_id() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed(
                ::core::concat!(::core::module_path!(), "::", "Shape"),
            )
        }
        fn json_schema(
            generator: &mut ::fastrs::__private::schemars::SchemaGenerator,
        ) -> ::fastrs::__private::schemars::Schema {
            ::fastrs::__private::ModelSchema::of_enum(
                    ::fastrs::__private::ModelMeta::new(),
                    ::fastrs::__private::Tagging::External,
                    const {
                        &[
                            ::fastrs::__private::VariantSchema::new(
                                "Circle",
                                ::fastrs::__private::Content::Struct(const {
                                    &[
                                        ::fastrs::__private::Property::of::<f64>("radius")
                                            .field_attr(
                                                ::fastrs::__private::Constraints::new()
                                                    .gt(::fastrs::__private::Number::Float(0.0)),
                                                ::fastrs::__private::FieldMeta::new(),
                                            ),
                                    ]
                                }),
                            ),
                            ::fastrs::__private::VariantSchema::new(
                                "Square",
                                ::fastrs::__private::Content::Value(const {
                                    &::fastrs::__private::Property::of::<
                                        <__Fields as ::fastrs::__private::Then<Side>>::Type,
                                    >("")
                                }),
                            ),
                            ::fastrs::__private::VariantSchema::new(
                                "Nothing",
                                ::fastrs::__private::Content::Unit,
                            ),
                        ]
                    },
                )
                .write(generator, Self::schema_id())
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Model for Shape {
        fn validate(&self, report: &mut ::fastrs::__private::Report<'_>) {
            match self {
                Self::Circle { radius: f0, .. } => {
                    report
                        .at_field(
                            "Circle",
                            |report| {
                                ::fastrs::__private::Field(f0)
                                    .check(
                                        &::fastrs::__private::Constraints::new()
                                            .gt(::fastrs::__private::Number::Float(0.0)),
                                        report,
                                    );
                            },
                        );
                }
                Self::Square { 0: f0, .. } => {
                    report
                        .at_field(
                            "Square",
                            |report| {
                                ::fastrs::__private::Field(f0).validate(report);
                            },
                        );
                }
                Self::Nothing { .. } => {}
            }
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Element for Shape {}
    ::fastrs::__private::fits::<
        f64,
    >(
        &::fastrs::__private::Constraints::new()
            .gt(::fastrs::__private::Number::Float(0.0)),
    );
};
