//! Prints the page's parameters, which `cargo xtask codegen` keeps in `ui/src/generated/parameters.ts`.

use wavecraft::Wavecraft;
use wavecraft_plugin::wavecraft_nice_plug::parameters::ParameterTable;

fn main() {
    print!("{}", ParameterTable::of_plugin::<Wavecraft>().typescript());
}

#[test]
fn the_page_has_these_parameters() {
    let generated = ParameterTable::of_plugin::<Wavecraft>().typescript();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/generated/parameters.ts");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    // Git may have turned the line ends.
    assert_eq!(kept.replace("\r\n", "\n"), generated, "renew it with: cargo xtask codegen");
}
