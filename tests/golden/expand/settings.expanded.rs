/// The settings of a shop.
struct Settings {
    /// The key that signs tokens.
    secret_key: Secret<String>,
    port: u16,
}
const _: () = {
    #[allow(unused_imports)]
    use ::fastrs::__private::fallback::*;
    #[automatically_derived]
    #[allow(non_snake_case)]
    impl Settings {
        #[doc(hidden)]
        fn __default_port() -> u16 {
            ::fastrs::__private::default(8000)
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::serde::Serialize for Settings {
        fn serialize<__S: ::fastrs::__private::serde::Serializer>(
            &self,
            to: __S,
        ) -> ::fastrs::__private::Written<__S> {
            ::fastrs::__private::write_struct(
                to,
                "Settings",
                (
                    ::fastrs::__private::Member("secret_key", &self.secret_key),
                    (::fastrs::__private::Member("PORT", &self.port), ()),
                ),
            )
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<'de> ::fastrs::__private::serde::Deserialize<'de> for Settings {
        fn deserialize<__D: ::fastrs::__private::serde::Deserializer<'de>>(
            from: __D,
        ) -> ::fastrs::__private::Read<'de, Self, __D> {
            ::fastrs::__private::read_struct::<
                (
                    ::fastrs::__private::Needed<Secret<String>>,
                    (::fastrs::__private::Defaulted<u16>, ()),
                ),
                __D,
                Self,
            >(
                from,
                "Settings",
                &["secret_key", "PORT"],
                |(f0, (f1, ()))| Self {
                    secret_key: f0,
                    port: ::fastrs::__private::or(f1, Self::__default_port),
                },
            )
        }
    }
    #[automatically_derived]
    #[allow(clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::schemars::JsonSchema for Settings {
        fn schema_name() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed("Settings")
        }
        fn schema_id() -> ::fastrs::__private::Name {
            ::fastrs::__private::Name::Borrowed(
                ::core::concat!(::core::module_path!(), "::", "Settings"),
            )
        }
        fn json_schema(
            generator: &mut ::fastrs::__private::schemars::SchemaGenerator,
        ) -> ::fastrs::__private::schemars::Schema {
            ::fastrs::__private::ModelSchema::of_struct(
                    ::fastrs::__private::ModelMeta::new(),
                    ::fastrs::__private::Content::Struct(const {
                        &[
                            ::fastrs::__private::Property::of::<
                                Secret<String>,
                            >("secret_key")
                                .docs("The key that signs tokens.")
                                .optional(
                                    ::fastrs::__private::WhenMissing::<Secret<String>>::IS_VALUE,
                                ),
                            ::fastrs::__private::Property::of::<u16>("PORT")
                                .default(|| {
                                    ::fastrs::__private::Shown(Self::__default_port()).to_json()
                                }),
                        ]
                    }),
                )
                .docs("The settings of a shop.")
                .write(generator, Self::schema_id())
        }
    }
    #[automatically_derived]
    #[allow(unused_variables, clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Model for Settings {
        fn validate(&self, report: &mut ::fastrs::__private::Report<'_>) {}
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Element for Settings {}
    #[automatically_derived]
    #[allow(unused_variables, clippy::all)]
    #[diagnostic::do_not_recommend]
    impl ::fastrs::__private::Patch for Settings {
        const FIELDS: &'static [::fastrs::__private::PatchField] = &[
            ::fastrs::__private::PatchField::of(
                    &["secret_key"],
                    ::fastrs::__private::FieldOf::<Secret<String>>::TYPE,
                )
                .written("secret_key"),
            ::fastrs::__private::PatchField::of(
                    &["PORT"],
                    ::fastrs::__private::FieldOf::<u16>::TYPE,
                )
                .written("PORT"),
        ];
        const CLOSED: bool = false;
        fn set(&mut self, mut sent: ::fastrs::__private::SentValues) {
            sent.set(&mut self.secret_key);
            sent.set(&mut self.port);
        }
    }
};
#[automatically_derived]
#[allow(dead_code)]
impl Settings {
    /// Reads the settings from their sources.
    ///
    /// # Errors
    ///
    /// Fails with one error that lists everything that is missing or wrong.
    pub fn load() -> ::core::result::Result<Self, ::fastrs::__private::SettingsError> {
        Self::sources().load()
    }
    /// Reads the settings from these variables alone, as a test does.
    ///
    /// # Errors
    ///
    /// Fails with one error that lists everything that is missing or wrong.
    pub fn from_vars<K, V>(
        vars: impl ::core::iter::IntoIterator<Item = (K, V)>,
    ) -> ::core::result::Result<Self, ::fastrs::__private::SettingsError>
    where
        K: ::core::convert::Into<::std::string::String>,
        V: ::core::convert::Into<::std::string::String>,
    {
        Self::sources().without_files().vars(vars).load()
    }
    /// Returns the sources of the settings, each of which can be replaced.
    pub fn sources() -> ::fastrs::__private::Sources<Self> {
        ::fastrs::__private::Sources::new(Self::__settings())
    }
    /// Returns the text of a `.env.example`: each variable with its documentation, its type and its default.
    pub fn env_example() -> ::std::string::String {
        ::fastrs::__private::env_example::<Self>(Self::__settings())
    }
    #[doc(hidden)]
    fn __settings() -> &'static ::fastrs::__private::SettingsMeta {
        static META: ::fastrs::__private::SettingsMeta = ::fastrs::__private::SettingsMeta {
            prefix: ::core::concat!("SHOP_"),
            env_files: &[".env", ".env.local"],
            secrets_dir: ::core::option::Option::Some("/run/secrets"),
            aliases: &["PORT"],
        };
        &META
    }
    #[doc(hidden)]
    pub const __DEPENDENCY: ::fastrs::__private::Dependency = ::fastrs::__private::Dependency::WithoutArguments;
    #[doc(hidden)]
    pub const fn __node() -> &'static ::fastrs::__private::Node {
        static NODE: ::fastrs::__private::Node = ::fastrs::__private::Node {
            name: "Settings",
            at: ::core::concat!(
                ::core::module_path!(), "::", "Settings", ":", ::core::line!(), ":",
                ::core::column!()
            ),
            deps: &[],
            credential: false,
        };
        &NODE
    }
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::fastrs::__private::Provider for Settings {
    type Returned = Self;
    type Deps = ();
    type Scope = ::fastrs::__private::AppScope;
    type Args<'r> = ();
    type Params = ();
    const NAME: &'static str = "Settings";
    fn describe(_: &mut ::fastrs::__private::Operation<'_>) {}
    fn extract<'r>(
        _: &mut ::fastrs::__private::Context<'r>,
    ) -> ::core::option::Option<()> {
        ::core::option::Option::Some(())
    }
    async fn run<'a, 'r>(
        _: (),
        _: ::fastrs::__private::Injected<'a, 'r, ()>,
        _: &'a (),
        _: &'a mut ::fastrs::__private::Context<'r>,
    ) -> ::core::result::Result<Self, ::fastrs::__private::Failure> {
        ::fastrs::__private::load_for_app(Self::sources())
    }
}
