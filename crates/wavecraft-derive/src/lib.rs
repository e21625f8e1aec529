//! Derives for the parameters of plugins. Use them through `wavecraft_plugin`, whose documentation has examples: what they
//! write refers to that crate.

mod choose;
mod parameters;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct the parameters of a plugin: each field is one, made by the constructor in its attribute.
///
/// ```text
/// #[derive(Parameters)]
/// struct TremoloParameters {
///     /// How often a second.
///     #[parameter(frequency("Rate", 0.1..=20.0, 4.0))]
///     rate: Frequency,
///     #[parameter(id = "depth_percent", group = "Shape", percent("Depth", 50.0))]
///     depth: Percent,
/// }
/// ```
///
/// - The constructor comes last: one of `wavecraft_plugin::declare`, or any expression of the field's type. The constructors
///   of `declare` are in scope.
/// - `id` is what saved projects call the parameter, and never changes; without it, it is the field's name.
/// - `group` is the heading under which hosts list it.
/// - `description` says what it does to the sound, in a sentence for users; without it, the first paragraph of the field's
///   documentation does.
/// - The order of fields is the order in which hosts list them.
/// - A field with `#[meter(...)]` is a meter of the plugin's own rather than a parameter: `id`, if it is not the field's name,
///   and one of the constructors of `wavecraft_plugin::meter`, as in `#[meter(gain_reduction("Reduction", -24.0))]`. The
///   field's type is `Meter`.
/// - A field with `#[signal(...)]` is a point of the plugin's sound that pages can see, likewise, with one of the constructors of
///   `wavecraft_plugin::signal`, as in `#[signal(spectrum("Before"))]`. Its type is `Signal`.
///
/// The struct implements `Default`, `Measurements` and nice-plug's `Params`. With `#[parameters(settings = Settings)]` on the struct there is
/// also a function `settings()`, which reads all values at once into a struct with fields of the same names.
#[proc_macro_derive(Parameters, attributes(meter, parameter, parameters, signal))]
pub fn derive_parameters(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    parameters::derive(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes an enum what a choice is made among: its variants in order, each with its name as text ("`HighPass`" reads "High
/// pass"), or with the text in its attribute.
///
/// ```text
/// #[derive(Choose, Clone, Copy, PartialEq)]
/// enum Shape {
///     Sine,
///     #[choose("Square-ish")]
///     Square,
/// }
/// ```
///
/// The order of variants is part of saved projects.
#[proc_macro_derive(Choose, attributes(choose))]
pub fn derive_choose(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choose::derive(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
