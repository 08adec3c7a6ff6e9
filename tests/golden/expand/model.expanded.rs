/// An item as the shop sells it.
struct Item {
    id: u64,
    name: String,
    price: f64,
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
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::serde::Serialize for Item {
        fn serialize<__S: ::fastrs::__private::serde::Serializer>(
            &self,
            to: __S,
        ) -> ::fastrs::__private::Written<__S> {
            ::fastrs::__private::write_struct(
                to,
                "Item",
                (
                    ::fastrs::__private::Member("id", &self.id),
                    (
                        ::fastrs::__private::Member("name", &self.name),
                        (
                            ::fastrs::__private::Member("price", &self.price),
                            (::fastrs::__private::Member("tags", &self.tags), ()),
                        ),
                    ),
                ),
            )
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<'de> ::fastrs::__private::serde::Deserialize<'de> for Item {
        fn deserialize<__D: ::fastrs::__private::serde::Deserializer<'de>>(
            from: __D,
        ) -> ::fastrs::__private::Read<'de, Self, __D> {
            ::fastrs::__private::read_struct::<
                (
                    ::fastrs::__private::Needed<String>,
                    (
                        ::fastrs::__private::Defaulted<f64>,
                        (::fastrs::__private::Defaulted<Vec<String>>, ()),
                    ),
                ),
                __D,
                Self,
            >(
                from,
                "Item",
                &["name", "price", "tags"],
                |(f0, (f1, (f2, ())))| Self {
                    id: Self::__default_id(),
                    name: f0,
                    price: ::fastrs::__private::or(f1, Self::__default_price),
                    tags: ::fastrs::__private::or(f2, Self::__default_tags),
                },
            )
        }
    }
    #[automatically_derived]
    #[allow(clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::schemars::JsonSchema for Item {
        fn schema_name() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed("Item")
        }
        fn schema_id() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed(
                ::core::concat!(::core::module_path!(), "::", "Item"),
            )
        }
        fn json_schema(
            generator: &mut ::fastrs::__private::schemars::SchemaGenerator,
        ) -> ::fastrs::__private::schemars::Schema {
            ::fastrs::__private::ModelSchema::of_struct(
                    ::fastrs::__private::ModelMeta::new(),
                    ::fastrs::__private::Content::Struct(const {
                        &[
                            ::fastrs::__private::Property::of::<u64>("id")
                                .default(|| {
                                    ::fastrs::__private::Shown(Self::__default_id()).to_json()
                                })
                                .field_attr(
                                    ::fastrs::__private::Constraints::new(),
                                    ::fastrs::__private::FieldMeta::new().read_only(),
                                ),
                            ::fastrs::__private::Property::of::<String>("name")
                                .optional(
                                    ::fastrs::__private::WhenMissing::<String>::IS_VALUE,
                                )
                                .field_attr(
                                    ::fastrs::__private::Constraints::new()
                                        .min_length(1)
                                        .max_length(80),
                                    ::fastrs::__private::FieldMeta::new(),
                                ),
                            ::fastrs::__private::Property::of::<f64>("price")
                                .default(|| {
                                    ::fastrs::__private::Shown(Self::__default_price())
                                        .to_json()
                                })
                                .field_attr(
                                    ::fastrs::__private::Constraints::new()
                                        .gt(::fastrs::__private::Number::Float(0.0)),
                                    ::fastrs::__private::FieldMeta::new(),
                                ),
                            ::fastrs::__private::Property::of::<Vec<String>>("tags")
                                .default(|| {
                                    ::fastrs::__private::Shown(Self::__default_tags()).to_json()
                                }),
                        ]
                    }),
                )
                .docs("An item as the shop sells it.")
                .write(generator, Self::schema_id())
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
            ::fastrs::__private::Field(&self.price)
                .check(
                    &::fastrs::__private::Constraints::new()
                        .gt(::fastrs::__private::Number::Float(0.0)),
                    report,
                );
            ::fastrs::__private::custom_at(
                "price",
                ::fastrs::__private::validator(is_round).check(&self.price),
                report,
            );
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Element for Item {}
    #[automatically_derived]
    #[allow(unused_variables, clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Patch for Item {
        const FIELDS: &'static [::fastrs::__private::PatchField] = &[
            ::fastrs::__private::PatchField::of(
                    &["name"],
                    ::fastrs::__private::FieldOf::<String>::TYPE,
                )
                .written("name"),
            ::fastrs::__private::PatchField::of(
                    &["price"],
                    ::fastrs::__private::FieldOf::<f64>::TYPE,
                )
                .written("price"),
            ::fastrs::__private::PatchField::of(
                    &["tags"],
                    ::fastrs::__private::FieldOf::<Vec<String>>::TYPE,
                )
                .written("tags"),
        ];
        const UNREAD: &'static [&'static str] = &["id"];
        const CLOSED: bool = false;
        fn set(&mut self, mut sent: ::fastrs::__private::SentValues) {
            sent.set(&mut self.name);
            sent.set(&mut self.price);
            sent.set(&mut self.tags);
        }
        fn check(
            mut sent: ::fastrs::__private::SentRefs<'_>,
            report: &mut ::fastrs::__private::Report<'_>,
        ) {
            sent.check::<
                    String,
                >(
                report,
                |value, report| {
                    ::fastrs::__private::Field(value)
                        .check(
                            &::fastrs::__private::Constraints::new()
                                .min_length(1)
                                .max_length(80),
                            report,
                        );
                },
            );
            sent.check::<
                    f64,
                >(
                report,
                |value, report| {
                    ::fastrs::__private::Field(value)
                        .check(
                            &::fastrs::__private::Constraints::new()
                                .gt(::fastrs::__private::Number::Float(0.0)),
                            report,
                        );
                    ::fastrs::__private::custom_at(
                        "price",
                        ::fastrs::__private::validator(is_round).check(value),
                        report,
                    );
                },
            );
            sent.skip();
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
