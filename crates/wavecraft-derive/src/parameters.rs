//! `#[derive(Parameters)]`.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Data, DeriveInput, Expr, Field, Fields, Ident, Lit, LitStr, Meta, MetaNameValue, Path, Result,
    Token,
};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Declared { fields, meters, signals } = declared_fields(input)?;
    let settings = settings(input, &fields)?;
    let name = &input.ident;
    let handles = |declared: &[DeclaredField]| -> Vec<TokenStream> {
        let handle = |DeclaredField { field, id, .. }: &DeclaredField| {
            quote! { (#id, ::std::clone::Clone::clone(&self.#field)) }
        };
        declared.iter().map(handle).collect()
    };
    let (own_meters, own_signals) = (handles(&meters), handles(&signals));
    let descriptions = fields
        .iter()
        .filter(|declared| !declared.description.is_empty())
        .map(|DeclaredField { id, description, .. }| quote! { (#id, #description) });
    let entries = fields.iter().map(|DeclaredField { field, id, group, .. }| {
        quote! { (#id.into(), ::wavecraft_plugin::declare::Parameter::as_ptr(&self.#field), #group.into()) }
    });
    let initializers =
        fields.iter().chain(&meters).chain(&signals).map(|DeclaredField { field, constructor, .. }| {
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
                #[allow(unused_imports)]
                use ::wavecraft_plugin::meter::{gain_reduction, level, value};
                #[allow(unused_imports)]
                use ::wavecraft_plugin::signal::{spectrum, waveform};
                Self { #(#initializers),* }
            }
        }

        #[automatically_derived]
        impl ::wavecraft_plugin::Measurements for #name {
            fn meters(&self) -> ::std::vec::Vec<(&'static str, ::wavecraft_plugin::Meter)> {
                ::std::vec![#(#own_meters),*]
            }

            fn signals(&self) -> ::std::vec::Vec<(&'static str, ::wavecraft_plugin::Signal)> {
                ::std::vec![#(#own_signals),*]
            }

            fn descriptions(&self) -> ::std::vec::Vec<(&'static str, &'static str)> {
                ::std::vec![#(#descriptions),*]
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
    description: String,
    constructor: Expr,
}

/// What a struct declares, in the order of its fields.
struct Declared<'a> {
    /// The parameters.
    fields: Vec<DeclaredField<'a>>,
    /// The plugin's own meters.
    meters: Vec<DeclaredField<'a>>,
    /// The points of its sound that can be seen.
    signals: Vec<DeclaredField<'a>>,
}

fn declared_fields(input: &DeriveInput) -> Result<Declared<'_>> {
    let refused = |message| Err(syn::Error::new_spanned(&input.ident, message));
    if !input.generics.params.is_empty() {
        return refused("parameters cannot be generic");
    }
    let Data::Struct(data) = &input.data else { return refused("parameters are a struct") };
    let fields = match &data.fields {
        Fields::Named(fields) => fields.named.iter().collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return refused("parameters are fields with names"),
    };
    let (meters, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| attribute(field, "meter").is_some());
    let (signals, fields): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| attribute(field, "signal").is_some());
    let fields = fields.into_iter().map(parameter).collect::<Result<Vec<_>>>()?;
    let meters = meters.into_iter().map(|field| handle(field, "meter")).collect::<Result<Vec<_>>>()?;
    let signals = signals.into_iter().map(|field| handle(field, "signal")).collect::<Result<Vec<_>>>()?;
    refuse_doubles(&fields, "parameters")?;
    refuse_doubles(&meters, "meters")?;
    refuse_doubles(&signals, "signals")?;
    Ok(Declared { fields, meters, signals })
}

fn refuse_doubles(fields: &[DeclaredField], what: &str) -> Result<()> {
    let mut ids = HashSet::new();
    for field in fields {
        if !ids.insert(field.id.as_str()) {
            let message = format!("two {what} have the id \"{}\"", field.id);
            return Err(syn::Error::new_spanned(field.field, message));
        }
    }
    Ok(())
}

fn attribute<'a>(field: &'a Field, name: &str) -> Option<&'a Attribute> {
    field.attrs.iter().find(|attribute| attribute.path().is_ident(name))
}

fn parameter(field: &Field) -> Result<DeclaredField<'_>> {
    let Some(attribute) = attribute(field, "parameter") else {
        let message = "say what the parameter is, as in #[parameter(decibels(\"Gain\", -24.0..=24.0, 0.0))]";
        return Err(syn::Error::new_spanned(field, message));
    };
    declared(field, attribute, "parameter")
}

/// A field that is a meter or a signal, as its attribute of that name says.
fn handle<'a>(field: &'a Field, what: &str) -> Result<DeclaredField<'a>> {
    let others = ["parameter", "meter", "signal"].into_iter().filter(|other| *other != what);
    for other in others {
        if attribute(field, other).is_some() {
            let message = format!("a field is a {what} or a {other}, not both");
            return Err(syn::Error::new_spanned(field, message));
        }
    }
    let attribute = attribute(field, what).expect("the field was chosen by its attribute");
    let Declaration { group, description, .. } = attribute.parse_args()?;
    for (key, value) in [("group", group), ("description", description)] {
        if value.is_some() {
            let message = format!("a {what} has no `{key}`: there is `id`, and then the constructor");
            return Err(syn::Error::new_spanned(field, message));
        }
    }
    declared(field, attribute, what)
}

fn declared<'a>(field: &'a Field, attribute: &Attribute, what: &str) -> Result<DeclaredField<'a>> {
    let name = field.ident.as_ref().expect("fields of a struct with names have one");
    let Declaration { id, group, description, constructor } = attribute.parse_args()?;
    let id = id.unwrap_or_else(|| name.to_string());
    if id.is_empty() {
        return Err(syn::Error::new_spanned(field, format!("the {what}'s id is empty")));
    }
    let group = group.unwrap_or_default();
    let description = description.unwrap_or_else(|| documentation(field));
    Ok(DeclaredField { field: name, id, group, description, constructor })
}

/// The first paragraph of a field's documentation, on one line.
fn documentation(field: &Field) -> String {
    let lines = field.attrs.iter().filter_map(|attribute| {
        let Meta::NameValue(MetaNameValue { path, value: Expr::Lit(value), .. }) = &attribute.meta else {
            return None;
        };
        match &value.lit {
            Lit::Str(line) if path.is_ident("doc") => Some(line.value()),
            _ => None,
        }
    });
    // One block comment is one attribute of several lines.
    let lines =
        lines.flat_map(|text| text.split('\n').map(|line| line.trim().to_owned()).collect::<Vec<_>>());
    let paragraph: Vec<_> = lines.skip_while(String::is_empty).take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ")
}

/// What stands in the attribute of a field.
struct Declaration {
    id: Option<String>,
    group: Option<String>,
    description: Option<String>,
    constructor: Expr,
}

impl Parse for Declaration {
    fn parse(input: ParseStream) -> Result<Self> {
        let (mut id, mut group, mut description) = (None, None, None);
        while input.peek(Ident) && input.peek2(Token![=]) {
            let key: Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            let text = input.parse::<LitStr>()?.value();
            let slot = match key.to_string().as_str() {
                "id" => &mut id,
                "group" => &mut group,
                "description" => &mut description,
                _ => {
                    return Err(syn::Error::new(
                        key.span(),
                        "there is `id`, `group`, `description`, and then the constructor",
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
        Ok(Self { id, group, description, constructor })
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
    fn the_description_is_the_first_paragraph_of_the_documentation_unless_it_is_given() {
        let derived = derived(
            "struct P {
                 /// How loud
                 /// it is.
                 ///
                 /// For authors.
                 #[parameter(toggle(\"A\", false))] a: Toggle,
                 /// For authors.
                 #[parameter(description = \"For users.\", toggle(\"B\", false))] b: Toggle,
                 #[parameter(toggle(\"C\", false))] c: Toggle,
                 /// What goes in.
                 #[signal(spectrum(\"Before\"))] before: Signal }",
        );
        let expected = "vec ! [(\"a\" , \"How loud it is.\") , (\"b\" , \"For users.\")]";
        assert!(derived.contains(expected), "{derived}");
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
    fn meters_are_no_parameters_and_have_ids_of_their_own() {
        let derived = derived(
            "struct P { #[parameter(toggle(\"A\", false))] a: Toggle, #[meter(level(\"L\").stereo())] level: Meter,
             #[meter(id = \"a\", gain_reduction(\"R\", -24.0))] reduction: Meter }",
        );
        assert!(
            derived.contains("(\"level\" , :: std :: clone :: Clone :: clone (& self . level))"),
            "{derived}"
        );
        assert!(
            derived.contains("(\"a\" , :: std :: clone :: Clone :: clone (& self . reduction))"),
            "{derived}"
        );
        assert!(derived.contains("level : level (\"L\") . stereo ()"), "{derived}");
        assert!(!derived.contains("as_ptr (& self . level)"), "{derived}");
    }

    #[test]
    fn mistakes_with_meters_are_named() {
        let meter = |attributes: &str| error(&format!("struct P {{ {attributes} a: Meter }}"));
        assert!(meter("#[meter(id = \"\", level(\"L\"))]").contains("the meter's id is empty"));
        assert!(meter("#[meter(group = \"G\", level(\"L\"))]").contains("no `group`"));
        assert!(meter("#[meter(level(\"L\"))] #[parameter(toggle(\"A\", true))]").contains("not both"));
        let twice =
            "struct P { #[meter(id = \"b\", level(\"A\"))] a: Meter, #[meter(level(\"B\"))] b: Meter }";
        assert!(error(twice).contains("two meters have the id \"b\""));
    }

    #[test]
    fn signals_have_ids_of_their_own() {
        let derived = derived(
            "struct P { #[meter(level(\"L\"))] a: Meter, #[signal(id = \"in\", spectrum(\"S\"))] a_signal: Signal }",
        );
        let signals = derived.split("fn signals").nth(1).unwrap();
        assert!(
            signals.contains("(\"in\" , :: std :: clone :: Clone :: clone (& self . a_signal))"),
            "{derived}"
        );
        assert!(derived.contains("a_signal : spectrum (\"S\")"), "{derived}");
        let signal = |attributes: &str| error(&format!("struct P {{ {attributes} a: Signal }}"));
        assert!(signal("#[signal(group = \"G\", spectrum(\"S\"))]").contains("a signal has no `group`"));
        assert!(signal("#[signal(spectrum(\"S\"))] #[meter(level(\"L\"))]").contains("not both"));
        assert!(signal("#[signal(spectrum(\"S\"))] #[parameter(toggle(\"A\", true))]").contains("not both"));
        let twice = "struct P { #[signal(waveform(\"A\"))] b: Signal, #[signal(id = \"b\", spectrum(\"B\"))] c: Signal }";
        assert!(error(twice).contains("two signals have the id \"b\""));
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
