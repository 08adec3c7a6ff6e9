//! `#[settings]`: a model that is read from the environment, and is the dependency of its own name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Expr, Fields, LitStr, Meta};

use crate::dependency::static_node;
use crate::errors::Errors;
use crate::field_attr;
use crate::keys::{self, Key, Value};
use crate::model;
use crate::paths::{emit, private};

const KEYS: &[&str] = &["prefix", "env_file", "secrets_dir", "validate"];

/// The contents of `#[settings(..)]`.
#[derive(Default)]
struct SettingsAttr {
    prefix: Option<LitStr>,
    env_files: Vec<LitStr>,
    secrets_dir: Option<LitStr>,
    validate: Option<syn::Path>,
}

/// Expands `#[settings]`.
pub(crate) fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let attr = SettingsAttr::read(attr, &mut errors);
    let parsed = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = not_a_struct(&item).unwrap_or(error).into_compile_error();
            return quote!(#item #error);
        }
    };
    let is_struct = check(&parsed, &mut errors);
    let validate = attr.validate.iter();
    let model = model::expand(quote!(#(validate = #validate)*), item);
    let settings = is_struct.then(|| settings(&parsed, &attr));
    let errors = errors.into_tokens();
    emit!(#model #settings #errors)
}

impl SettingsAttr {
    fn read(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut attr = Self::default();
        for key in keys::read_tokens(tokens, "`#[settings]`", KEYS, errors) {
            match key.name().as_str() {
                "prefix" => attr.prefix = text(&key, errors),
                "env_file" => attr.env_files = texts(&key, errors),
                "secrets_dir" => attr.secrets_dir = text(&key, errors),
                _ => attr.validate = key.path(errors),
            }
        }
        attr
    }
}

/// Reads `key = ".."`.
fn text(key: &Key, errors: &mut Errors) -> Option<LitStr> {
    let name = key.name();
    let expr = key.expr(errors)?;
    keys::literal(
        expr,
        &format!("`{name}` takes a string: `{name} = \"..\"`"),
        errors,
    )
}

/// Reads `key = ".."` or `key = ["..", ".."]`.
fn texts(key: &Key, errors: &mut Errors) -> Vec<LitStr> {
    let name = key.name();
    let all = match &key.value {
        Value::Expr(Expr::Array(array)) => array.elems.iter().cloned().collect(),
        _ => Vec::from_iter(key.expr(errors)),
    };
    let mistake = format!("`{name}` takes a path or a list of paths: `{name} = \".env\"`");
    all.into_iter()
        .filter_map(|expr| keys::literal(expr, &mistake, errors))
        .collect()
}

fn not_a_struct(item: &TokenStream) -> Option<syn::Error> {
    let mut tokens = item.clone().into_iter();
    let first = tokens.clone().next()?.span();
    let is_struct = tokens.any(|token| token.to_string() == "struct");
    (!is_struct).then(|| syn::Error::new(first, NOT_A_STRUCT))
}

const NOT_A_STRUCT: &str =
    "`#[settings]` is for a struct: put it above a `struct` with named fields";

/// Reports an item that cannot be settings. Returns whether the item can still be treated as settings.
fn check(item: &DeriveInput, errors: &mut Errors) -> bool {
    if !item.generics.params.is_empty() {
        errors.on(
            &item.generics,
            "settings cannot be generic: remove the parameters",
        );
        return false;
    }
    match &item.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => {}
        Data::Struct(data) if data.fields.is_empty() => errors.on(&item.ident, NO_FIELDS),
        Data::Struct(data) => errors.on(&data.fields, NO_NAMES),
        Data::Enum(_) | Data::Union(_) => errors.on(&item.ident, NOT_A_STRUCT),
    }
    !matches!(item.data, Data::Union(_))
}

const NO_FIELDS: &str = "settings are the fields of a struct: write `struct Settings { .. }`";

const NO_NAMES: &str = "a setting is found by its name: give each field one, as in `struct Settings { database_url: String }`";

/// Returns the functions that read the settings, and the code that makes the settings a dependency.
fn settings(item: &DeriveInput, attr: &SettingsAttr) -> TokenStream {
    let (p, name, label) = (private(), &item.ident, item.ident.to_string());
    let (prefix, env_files) = (attr.prefix.iter(), &attr.env_files);
    let secrets_dir = match &attr.secrets_dir {
        Some(folder) => emit!(::core::option::Option::Some(#folder)),
        None => emit!(::core::option::Option::None),
    };
    let aliases = aliases(item);
    let node = static_node(&label, &[], false);
    let meta = emit! {
        #p::SettingsMeta {
            prefix: ::core::concat!(#(#prefix)*),
            env_files: &[#(#env_files),*],
            secrets_dir: #secrets_dir,
            aliases: &[#(#aliases),*],
        }
    };
    emit! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name {
            /// Reads the settings from their sources.
            ///
            /// # Errors
            ///
            /// Fails with one error that lists everything that is missing or wrong.
            pub fn load() -> ::core::result::Result<Self, #p::SettingsError> {
                Self::sources().load()
            }

            /// Reads the settings from these variables alone, as a test does.
            ///
            /// # Errors
            ///
            /// Fails with one error that lists everything that is missing or wrong.
            pub fn from_vars<K, V>(
                vars: impl ::core::iter::IntoIterator<Item = (K, V)>,
            ) -> ::core::result::Result<Self, #p::SettingsError>
            where
                K: ::core::convert::Into<::std::string::String>,
                V: ::core::convert::Into<::std::string::String>,
            {
                Self::sources().without_files().vars(vars).load()
            }

            /// Returns the sources of the settings, each of which can be replaced.
            pub fn sources() -> #p::Sources<Self> {
                #p::Sources::new(Self::__settings())
            }

            /// Returns the text of a `.env.example`: each variable with its documentation, its type and its default.
            pub fn env_example() -> ::std::string::String {
                #p::env_example::<Self>(Self::__settings())
            }

            #[doc(hidden)]
            fn __settings() -> &'static #p::SettingsMeta {
                static META: #p::SettingsMeta = #meta;
                &META
            }

            #[doc(hidden)]
            pub const __DEPENDENCY: #p::Dependency = #p::Dependency::WithoutArguments;

            #[doc(hidden)]
            pub const fn __node() -> &'static #p::Node {
                #node
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #p::Provider for #name {
            type Returned = Self;
            type Deps = ();
            type Scope = #p::AppScope;
            type Args<'r> = ();
            type Params = ();
            const NAME: &'static str = #label;
            fn describe(_: &mut #p::Operation<'_>) {}
            fn extract<'r>(_: &mut #p::Context<'r>) -> ::core::option::Option<()> {
                ::core::option::Option::Some(())
            }
            async fn run<'a, 'r>(
                _: (),
                _: #p::Injected<'a, 'r, ()>,
                _: &'a (),
                _: &'a mut #p::Context<'r>,
            ) -> ::core::result::Result<Self, #p::Failure> {
                #p::load_for_app(Self::sources())
            }
        }
    }
}

/// Returns the fields' aliases. The model reports what is wrong with them.
fn aliases(item: &DeriveInput) -> Vec<Expr> {
    let Data::Struct(data) = &item.data else {
        return Vec::new();
    };
    let fields = data.fields.iter();
    fields.filter_map(|field| alias(&field.attrs)).collect()
}

fn alias(attrs: &[Attribute]) -> Option<Expr> {
    let lists = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident("field") => Some(list.tokens.clone()),
        _ => None,
    });
    let mut unreported = Errors::default();
    lists
        .flat_map(|tokens| {
            keys::read_tokens(
                tokens,
                "`#[field]`",
                field_attr::FIELD,
                &mut Errors::default(),
            )
        })
        .find(|key| key.name() == "alias")?
        .expr(&mut unreported)
}
