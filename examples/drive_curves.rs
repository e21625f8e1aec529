//! Prints points of the drive stage's curves as JSON, which `cargo xtask codegen` keeps in
//! `ui/src/response/drive-curves.json`. What the page draws is checked against them.

use wavecraft::dsp::Character;

fn main() {
    print!("{}", curves());
}

/// Some inputs and what each character makes of them.
fn curves() -> String {
    let inputs: Vec<f32> = (-16..=16_i16).map(|step| f32::from(step) / 4.0).collect();
    let outputs =
        |character: Character| inputs.iter().map(|input| character.curve(*input)).collect::<Vec<_>>();
    let rows = Character::ALL.map(|character| format!("{:?}", outputs(character))).join(",\n    ");
    format!("{{\n  \"inputs\": {inputs:?},\n  \"outputs\": [\n    {rows}\n  ]\n}}\n")
}

#[test]
fn the_page_is_checked_against_these_curves() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/response/drive-curves.json");
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    // Git may have turned the line ends.
    assert_eq!(kept.replace("\r\n", "\n"), curves(), "renew it with: cargo xtask codegen");
}
