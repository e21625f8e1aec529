//! `#[derive(Parameters)]`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Data, DeriveInput, Expr, Field, Fields, Ident, LitStr, Path, Result, Token};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let fields = declared_fields(input)?;
    let settings = settings(input, &fields)?;
    let name = &input.ident;
    let entries = fields.iter().map(|DeclaredField { field, id, group, .. }| {
        quote! { (#id.into(), ::wavecraft_plugin::declare::Parameter::as_ptr(&self.#field), #group.into()) }
    });
    let initializers = fields.iter().map(|DeclaredField { field, constructor, .. }| {
        quote! { #field: #constructor }
    });
    Ok(quote! {
        #[automatically_derived]
        // SAFETY: every pointer is to a field of this struct, and so valid for as long as it lives and is not moved, which
        // nice-plug ensures by holding it in an `Arc`.
        #[allow(unsafe_code)]
        unsafe impl ::wavecraft_plugin::nice_plug::params::Params for #name {
            fn param_map(
                &self,
            ) -> ::std::vec::Vec<(
                ::std::string::String,
                ::wavecraft_plugin::nice_plug::params::internals::ParamPtr,
                ::std::string::String,
            )> {
                ::std::vec![#(#entries),*]
            }
        }

        #[automatically_derived]
        impl ::std::default::Default for #name {
            fn default() -> Self {
                #[allow(unused_imports)]
                use ::wavecraft_plugin::declare::{choice, decibels, frequency, number, percent, time, toggle};
                Self { #(#initializers),* }
            }
        }

        #settings
    })
}

/// A field, and what its attribute says.
struct DeclaredField<'a> {
    field: &'a Ident,
    id: String,
    group: String,
    constructor: Expr,
}

fn declared_fields(input: &DeriveInput) -> Result<Vec<DeclaredField<'_>>> {
    let refused = |message| Err(syn::Error::new_spanned(&input.ident, message));
    if !input.generics.params.is_empty() {
        return refused("parameters cannot be generic");
    }
    let Data::Struct(data) = &input.data else { return refused("parameters are a struct") };
    let fields = match &data.fields {
        Fields::Named(fields) => fields.named.iter().map(declared).collect::<Result<Vec<_>>>()?,
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return refused("parameters are fields with names"),
    };
    let mut ids = HashSet::new();
    for field in &fields {
        if !ids.insert(field.id.as_str()) {
            let message = format!("two parameters have the id \"{}\"", field.id);
            return Err(syn::Error::new_spanned(field.field, message));
        }
    }
    Ok(fields)
}

fn declared(field: &Field) -> Result<DeclaredField<'_>> {
    let name = field.ident.as_ref().expect("fields of a struct with names have one");
    let attribute = field.attrs.iter().find(|attribute| attribute.path().is_ident("parameter"));
    let Some(attribute) = attribute else {
        let message = "say what the parameter is, as in #[parameter(decibels(\"Gain\", -24.0..=24.0, 0.0))]";
        return Err(syn::Error::new_spanned(field, message));
    };
    let Declaration { id, group, constructor } = attribute.parse_args()?;
    let id = id.unwrap_or_else(|| name.to_string());
    if id.is_empty() {
        return Err(syn::Error::new_spanned(field, "the parameter's id is empty"));
    }
    Ok(DeclaredField { field: name, id, group: group.unwrap_or_default(), constructor })
}

/// What stands in the attribute of a field.
struct Declaration {
    id: Option<String>,
    group: Option<String>,
    constructor: Expr,
}

impl Parse for Declaration {
    fn parse(input: ParseStream) -> Result<Self> {
        let (mut id, mut group) = (None, None);
        while input.peek(Ident) && input.peek2(Token![=]) {
            let key: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            let text = input.parse::<LitStr>()?.value();
            let slot = match key.to_string().as_str() {
                "id" => &mut id,
                "group" => &mut group,
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "there is `id`, `group`, and then the constructor",
                    ));
                }
            };
            if slot.replace(text).is_some() {
                return Err(syn::Error::new(key.span(), format!("`{key}` stands twice")));
            }
            input.parse::<Token![,]>()?;
        }
        let constructor = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { id, group, constructor })
    }
}

/// The function `settings()`, if the struct asks for it.
fn settings(input: &DeriveInput, fields: &[DeclaredField]) -> Result<Option<TokenStream>> {
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("parameters"));
    let Some(attribute) = attribute else { return Ok(None) };
    let mut settings: Option<Path> = None;
    attribute.parse_nested_meta(|meta| {
        if !meta.path.is_ident("settings") {
            return Err(meta.error("there is only `settings = Type`"));
        }
        settings = Some(meta.value()?.parse()?);
        Ok(())
    })?;
    let Some(settings) = settings else { return Ok(None) };
    let name = &input.ident;
    let visibility = &input.vis;
    let values = fields.iter().map(|DeclaredField { field, .. }| {
        quote! { #field: ::wavecraft_plugin::declare::Parameter::value(&self.#field) }
    });
    Ok(Some(quote! {
        #[automatically_derived]
        impl #name {
            /// All values as they are set now.
            ///
            /// # Realtime safety
            ///
            /// Reads atomics and computes at most a power for each; the audio thread calls it once for each block.
            #visibility fn settings(&self) -> #settings {
                #settings { #(#values),* }
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(input: &str) -> String {
        derive(&syn::parse_str(input).unwrap()).unwrap().to_string()
    }

    fn error(input: &str) -> String {
        derive(&syn::parse_str(input).unwrap()).expect_err("it is refused").to_string()
    }

    #[test]
    fn the_id_is_the_fields_name_unless_it_is_given() {
        let derived = derived(
            "struct P { #[parameter(toggle(\"A\", false))] a: Toggle,
             #[parameter(id = \"old\", group = \"G\", toggle(\"B\", false))] b: Toggle }",
        );
        assert!(
            derived.contains("(\"a\" . into () ,") && derived.contains("& self . a) , \"\" . into ())"),
            "{derived}"
        );
        assert!(
            derived.contains("(\"old\" . into () ,") && derived.contains("& self . b) , \"G\" . into ())"),
            "{derived}"
        );
    }

    #[test]
    fn settings_are_read_into_fields_of_the_same_names() {
        let asked = "#[parameters(settings = crate::Settings)] struct P { #[parameter(toggle(\"A\", false))] a: Toggle }";
        assert!(derived(asked).contains("crate :: Settings { a :"), "{}", derived(asked));
        assert!(!derived("struct P;").contains("fn settings"));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(error("struct P { a: Toggle }").contains("say what the parameter is"));
        assert!(
            error("struct P { #[parameter(name = \"a\", toggle(\"A\", true))] a: Toggle }")
                .contains("`id`, `group`")
        );
        assert!(
            error("struct P { #[parameter(id = \"\", toggle(\"A\", true))] a: Toggle }").contains("is empty")
        );
        let twice = "struct P { #[parameter(id = \"b\", toggle(\"A\", true))] a: Toggle, #[parameter(toggle(\"B\", true))] b: Toggle }";
        assert!(error(twice).contains("two parameters have the id \"b\""));
        assert!(error("enum P {}").contains("a struct"));
        assert!(error("struct P<T> { #[parameter(x())] a: T }").contains("generic"));
    }
}
