//! `#[derive(Choose)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, LitStr, Result, Variant};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(input, "only an enum is something to choose from"));
    };
    if data.variants.is_empty() {
        return Err(syn::Error::new_spanned(
            input,
            "there is nothing to choose from: the enum has no variants",
        ));
    }
    let choices = data.variants.iter().map(choice).collect::<Result<Vec<_>>>()?;
    let name = &input.ident;
    let (generics, types, conditions) = input.generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::wavecraft_plugin::declare::Choose for #name #types #conditions {
            const CHOICES: &'static [(Self, &'static str)] = &[#(#choices),*];
        }
    })
}

fn choice(variant: &Variant) -> Result<TokenStream> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(syn::Error::new_spanned(variant, "a variant to choose has no fields"));
    }
    let attribute = variant.attrs.iter().find(|attribute| attribute.path().is_ident("choose"));
    let text = match attribute {
        Some(attribute) => attribute.parse_args::<LitStr>()?.value(),
        None => words(&variant.ident.to_string()),
    };
    let name = &variant.ident;
    Ok(quote! { (Self::#name, #text) })
}

/// A variant's name as users read it: "`HighPass`" is "High pass".
fn words(name: &str) -> String {
    let mut words = String::new();
    for (index, character) in name.chars().enumerate() {
        if index > 0 && character.is_uppercase() {
            words.push(' ');
            words.extend(character.to_lowercase());
        } else {
            words.push(character);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(input: &str) -> String {
        derive(&syn::parse_str(input).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn names_of_variants_are_read_as_words() {
        assert_eq!(words("HighPass"), "High pass");
        assert_eq!(words("Sine"), "Sine");
        assert_eq!(words("X2"), "X2");
    }

    #[test]
    fn an_attribute_replaces_the_name() {
        let input = syn::parse_str("enum Slope { Off, #[choose(\"12 dB/oct\")] Db12 }").unwrap();
        let derived = derive(&input).unwrap().to_string();
        assert!(derived.contains("(Self :: Off , \"Off\") , (Self :: Db12 , \"12 dB/oct\")"), "{derived}");
    }

    #[test]
    fn what_cannot_be_chosen_is_refused() {
        assert!(error("struct Shape;").contains("only an enum"));
        assert!(error("enum Shape {}").contains("has no variants"));
        assert!(error("enum Shape { Sine(f32) }").contains("no fields"));
    }
}
