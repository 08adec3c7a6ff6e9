#[derive(
    ::fastrs::__private::serde::Serialize,
    ::fastrs::__private::serde::Deserialize,
    ::fastrs::__private::schemars::JsonSchema
)]
#[serde(crate = "::fastrs::__private::serde")]
#[schemars(crate = "::fastrs::__private::schemars")]
#[schemars(
    transform = ::fastrs::__private::model_schema(
        ::fastrs::__private::ModelMeta::new(),
        <Self
        as::fastrs::__private::schemars::JsonSchema>::schema_id
    )
)]
/// An item as the shop sells it.
struct Item {
    #[serde(default = "Item :: __default_id")]
    #[serde(skip_deserializing)]
    #[schemars(
        transform = ::fastrs::__private::field_schema(
            ::fastrs::__private::Constraints::new(),
            ::fastrs::__private::FieldMeta::new().read_only()
        )
    )]
    id: u64,
    #[schemars(
        transform = ::fastrs::__private::field_schema(
            ::fastrs::__private::Constraints::new().min_length(1).max_length(80),
            ::fastrs::__private::FieldMeta::new()
        )
    )]
    name: String,
    #[serde(default = "Item :: __default_price")]
    #[schemars(
        transform = ::fastrs::__private::field_schema(
            ::fastrs::__private::Constraints::new(

            ).gt(::fastrs::__private::Number::Float(0.0)),
            ::fastrs::__private::FieldMeta::new()
        )
    )]
    price: f64,
    #[serde(default = "Item :: __default_tags")]
    tags: Vec<String>,
}
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    #[automatically_derived]
    #[allow(non_snake_case)]
    impl Item {
        #[doc(hidden)]
        fn __default_id() -> u64 {
            ::fastrs::__private::Can::<u64>::default_value()
        }
        #[doc(hidden)]
        fn __default_price() -> f64 {
            ::fastrs::__private::default(0.5)
        }
        #[doc(hidden)]
        fn __default_tags() -> Vec<String> {
            ::fastrs::__private::Can::<Vec<String>>::default_value()
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Model for Item {
        fn validate(&self, report: &mut ::fastrs::__private::Report<'_>) {
            ::fastrs::__private::Field(&self.name)
                .check(
                    &::fastrs::__private::Constraints::new()
                        .min_length(1)
                        .max_length(80),
                    report,
                );
            ::fastrs::__private::Field(&self.name).validate_at("name", report);
            ::fastrs::__private::Field(&self.price)
                .check(
                    &::fastrs::__private::Constraints::new()
                        .gt(::fastrs::__private::Number::Float(0.0)),
                    report,
                );
            ::fastrs::__private::Field(&self.price).validate_at("price", report);
            ::fastrs::__private::custom_at("price", is_round(&self.price), report);
            ::fastrs::__private::Field(&self.tags).validate_at("tags", report);
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Element for Item {
        const READ: ::fastrs::__private::Reads = ::fastrs::__private::Reads::Body;
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<'r> ::fastrs::__private::FromRequest<'r> for Item {
        const BODY: ::fastrs::__private::BodyKind = ::fastrs::__private::body_kind::<
            Self,
        >();
        fn describe(
            spec: &::fastrs::__private::ParamSpec,
            op: &mut ::fastrs::__private::Operation<'_>,
        ) {
            ::fastrs::__private::describe_model::<Self>(spec, op)
        }
        fn extract(
            spec: &::fastrs::__private::ParamSpec,
            cx: &mut ::fastrs::__private::Context<'r>,
        ) -> ::fastrs::__private::Arg<Self> {
            ::fastrs::__private::extract_model::<Self>(spec, cx)
        }
    }
    #[automatically_derived]
    #[allow(unused_variables)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Patch for Item {
        fn patch(&mut self, newer: Self, sent: &::fastrs::__private::SentKeys<'_>) {
            sent.field("name", &mut self.name, newer.name);
            sent.field("price", &mut self.price, newer.price);
            sent.field("tags", &mut self.tags, newer.tags);
        }
    }
    ::fastrs::__private::has_default::<u64>();
    ::fastrs::__private::fits::<
        String,
    >(&::fastrs::__private::Constraints::new().min_length(1));
    ::fastrs::__private::fits::<
        String,
    >(&::fastrs::__private::Constraints::new().max_length(80));
    ::fastrs::__private::fits::<
        f64,
    >(
        &::fastrs::__private::Constraints::new()
            .gt(::fastrs::__private::Number::Float(0.0)),
    );
    ::fastrs::__private::has_default::<Vec<String>>();
};
