use nice_plug::prelude::*;

use super::*;

#[derive(Enum, Clone, Copy, PartialEq, Debug)]
enum Shape {
    #[id = "sine"]
    #[name = "Sine wave"]
    Sine,
    #[id = "square"]
    #[name = "Square wave"]
    Square,
}

#[derive(Params)]
struct FilterParams {
    #[id = "freq"]
    log2_hz: FloatParam,
    #[id = "slope"]
    slope: IntParam,
}

#[derive(Params)]
struct TestParams {
    #[id = "bypass"]
    bypass: BoolParam,
    #[id = "gain"]
    gain_db: FloatParam,
    #[nested(group = "Filters")]
    filters: FilterParams,
    #[id = "voices"]
    voices: IntParam,
    #[id = "shape"]
    shape: EnumParam<Shape>,
    #[id = "level"]
    level: FloatParam,
    #[id = "secret"]
    secret: IntParam,
}

fn table() -> ParameterTable {
    let show_hz = |log2_hz: f32| match log2_hz.exp2() {
        hz if hz < 999.5 => format!("{hz:.1} "),
        hz => format!("{:.2} k", hz / 1_000.0),
    };
    let slopes = ["Off", "12 dB/oct", "24 dB/oct"];
    ParameterTable::new(Arc::new(TestParams {
        bypass: BoolParam::new("Bypass", false).make_bypass(),
        gain_db: FloatParam::new("Gain", 0.0, FloatRange::Linear { min: -24.0, max: 24.0 })
            .with_unit(" dB")
            .with_value_to_string(formatters::v2s_f32_rounded(1)),
        filters: FilterParams {
            log2_hz: FloatParam::new(
                "Corner",
                1_000.0_f32.log2(),
                FloatRange::Linear { min: 20.0_f32.log2(), max: 1_000.0_f32.log2() },
            )
            .with_unit("Hz")
            .with_value_to_string(Arc::new(show_hz))
            .with_string_to_value(Arc::new(|text| {
                text.trim_end_matches("Hz").trim().parse::<f32>().ok().map(f32::log2)
            })),
            slope: IntParam::new("Slope", 1, IntRange::Linear { min: 0, max: 2 })
                .with_value_to_string(Arc::new(move |index| slopes[index as usize].to_owned())),
        },
        voices: IntParam::new("Voices", 4, IntRange::Linear { min: 1, max: 16 }),
        shape: EnumParam::new("Shape", Shape::Square),
        level: FloatParam::new("Level", 1.0, FloatRange::Linear { min: 0.0, max: 2.0 })
            .with_unit(" dB")
            .with_value_to_string(formatters::v2s_f32_gain_to_db(1)),
        secret: IntParam::new("Secret", 0, IntRange::Linear { min: 0, max: 100_000 }).hide(),
    }))
}

fn parameter<'a>(table: &'a ParameterTable, id: &str) -> (usize, &'a Parameter) {
    let index = table.index_of(id).expect("a known id");
    (index, table.get(index).expect("an index in range"))
}

#[test]
fn the_order_is_that_of_the_parameter_map() {
    let ids: Vec<_> = table().iter().map(|parameter| parameter.id.clone()).collect();
    assert_eq!(ids, ["bypass", "gain", "freq", "slope", "voices", "shape", "level", "secret"]);
}

#[test]
fn a_plain_range_is_read_from_the_ends() {
    let table = table();
    let (_, gain) = parameter(&table, "gain");
    assert_eq!((gain.kind, gain.min, gain.max), (ParameterKind::Float, Some(-24.0), Some(24.0)));
    assert_eq!((gain.unit.as_deref(), gain.steps, gain.default), (Some("dB"), None, 0.5));
    assert_eq!(gain.group, None);
}

#[test]
fn a_logarithmic_range_is_given_in_its_unit() {
    let table = table();
    let (_, corner) = parameter(&table, "freq");
    assert_eq!((corner.min, corner.max), (Some(20.0), Some(1_000.0)));
    assert_eq!((corner.unit.as_deref(), corner.group.as_deref()), (Some("Hz"), Some("Filters")));
}

#[test]
fn ends_that_are_no_numbers_fall_back_to_plain_values() {
    let table = table();
    let (index, level) = parameter(&table, "level");
    assert_eq!(table.format(index, 0.0).as_deref(), Some("-inf dB"));
    assert_eq!((level.min, level.max), (Some(0.0), Some(2.0)));
    assert_eq!(table.parse(index, "2.0"), Some(1.0));
    assert_eq!((table.parse(index, "-1"), table.parse(index, "inf")), (None, None));
}

#[test]
fn integers_shown_as_words_are_a_choice() {
    let table = table();
    let (index, slope) = parameter(&table, "slope");
    assert_eq!(
        (slope.kind, slope.min, slope.steps, slope.default),
        (ParameterKind::Enum, None, Some(2), 0.5)
    );
    assert_eq!(slope.variants, ["Off", "12 dB/oct", "24 dB/oct"]);
    assert_eq!(table.parse(index, "24 db/OCT"), Some(1.0));
    assert_eq!(table.parse(index, "12"), Some(0.5), "an unmistakable beginning");
    assert_eq!(table.parse(index, "48"), None);
}

#[test]
fn integers_shown_as_numbers_stay_integers() {
    let table = table();
    let (index, voices) = parameter(&table, "voices");
    assert_eq!((voices.kind, voices.min, voices.max), (ParameterKind::Int, Some(1.0), Some(16.0)));
    assert_eq!((voices.steps, voices.variants.len()), (Some(15), 0));
    assert_eq!(table.parse(index, "16"), Some(1.0));
    assert_eq!(table.parse(index, "17"), None, "nice-plug itself would take it for 16");
    assert_eq!(table.parse(index, "0"), None);
}

#[test]
fn enumerations_keep_their_value_while_their_ids_are_learned() {
    let table = table();
    let (index, shape) = parameter(&table, "shape");
    assert_eq!((shape.kind, table.value(index)), (ParameterKind::Enum, Some(1.0)));
    assert_eq!(shape.variants, ["Sine wave", "Square wave"]);
    assert_eq!(table.parse(index, "sine WAVE"), Some(0.0));
    assert_eq!(table.parse(index, "s"), None);
}

#[test]
fn flags_say_who_may_move_and_see_a_parameter() {
    let table = table();
    let (_, bypass) = parameter(&table, "bypass");
    assert_eq!((bypass.is_bypass, bypass.is_automatable, bypass.is_hidden), (true, true, false));
    let (_, secret) = parameter(&table, "secret");
    assert_eq!((secret.is_bypass, secret.is_automatable, secret.is_hidden), (false, false, true));
}

#[test]
fn texts_go_both_ways() {
    let table = table();
    let (gain, _) = parameter(&table, "gain");
    assert_eq!(table.format(gain, 0.5).as_deref(), Some("0.0 dB"));
    assert_eq!(table.parse(gain, " 12 dB"), Some(0.75));
    assert_eq!(table.parse(gain, "24.0 dB"), Some(1.0), "what an end displays is within the range");
    let (corner, _) = parameter(&table, "freq");
    assert_eq!(table.format(corner, 1.0).as_deref(), Some("1.00 kHz"));
    assert_eq!(table.format(corner, 0.0).as_deref(), Some("20.0 Hz"));
}

#[test]
fn texts_that_mean_nothing_are_refused() {
    let table = table();
    let (gain, _) = parameter(&table, "gain");
    for text in ["", "dB", "loud", "nan", "inf", "25", "-24.1", "1e9"] {
        assert_eq!(table.parse(gain, text), None, "{text:?}");
    }
    let (bypass, _) = parameter(&table, "bypass");
    assert_eq!(table.parse(bypass, "perhaps"), None, "nice-plug itself would take it for off");
    assert_eq!((table.parse(bypass, "On"), table.parse(bypass, "no")), (Some(1.0), Some(0.0)));
}

#[test]
fn what_does_not_exist_has_neither_value_nor_text() {
    let table = table();
    assert_eq!(table.index_of("nothing"), None);
    assert_eq!((table.value(99), table.format(99, 0.0), table.parse(99, "0")), (None, None, None));
    assert_eq!(table.format(0, f32::NAN), None);
}

#[test]
fn the_table_outlives_the_plugin_it_came_from() {
    let table = table();
    std::thread::spawn(move || assert_eq!(table.value(1), Some(0.5)))
        .join()
        .expect("readable on another thread");
}
