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

/// Parameters as nice-plug's own formatters make them.
#[derive(Params)]
struct OrdinaryParams {
    #[id = "hz"]
    hz: FloatParam,
    #[id = "fader"]
    fader: FloatParam,
    #[id = "mix"]
    mix: FloatParam,
    #[id = "ratio"]
    ratio: FloatParam,
    #[id = "pan"]
    pan: FloatParam,
    #[id = "khz"]
    khz: FloatParam,
    #[id = "falling"]
    falling: FloatParam,
    #[id = "count"]
    count: IntParam,
    #[id = "key"]
    key: IntParam,
    #[id = "bypass"]
    bypass: BoolParam,
    #[id = "shape"]
    shape: EnumParam<Shape>,
}

fn ordinary_table() -> ParameterTable {
    let linear = |min, max| FloatRange::Linear { min, max };
    let share = FloatParam::new("Mix", 0.5, linear(0.0, 1.0)).with_unit(" %");
    let falling = FloatRange::Reversed(&FloatRange::Linear { min: 1.0, max: 100.0 });
    ParameterTable::new(Arc::new(OrdinaryParams {
        hz: FloatParam::new("Frequency", 440.0, linear(20.0, 20_000.0))
            .with_value_to_string(formatters::v2s_f32_hz_then_khz(1))
            .with_string_to_value(formatters::s2v_f32_hz_then_khz()),
        fader: FloatParam::new("Fader", 1.0, linear(0.0, 2.0))
            .with_unit(" dB")
            .with_value_to_string(formatters::v2s_f32_gain_to_db(1))
            .with_string_to_value(formatters::s2v_f32_gain_to_db()),
        mix: share
            .with_value_to_string(formatters::v2s_f32_percentage(0))
            .with_string_to_value(formatters::s2v_f32_percentage()),
        ratio: FloatParam::new("Ratio", 2.0, linear(1.0, 20.0))
            .with_value_to_string(formatters::v2s_compression_ratio(1))
            .with_string_to_value(formatters::s2v_compression_ratio()),
        pan: FloatParam::new("Pan", 0.0, linear(-1.0, 1.0))
            .with_value_to_string(formatters::v2s_f32_panning())
            .with_string_to_value(formatters::s2v_f32_panning()),
        khz: FloatParam::new("Top", 10.0, linear(1.0, 20.0)).with_unit(" kHz"),
        falling: FloatParam::new("Falling", 50.0, falling),
        count: IntParam::new("Count", 1, IntRange::Linear { min: 1, max: 50_000 }),
        key: IntParam::new("Key", 60, IntRange::Linear { min: 0, max: 127 })
            .with_value_to_string(formatters::v2s_i32_key_formatter())
            .with_string_to_value(formatters::s2v_i32_key_formatter()),
        bypass: BoolParam::new("Bypass", false)
            .with_value_to_string(formatters::v2s_bool_bypass())
            .with_string_to_value(formatters::s2v_bool_bypass()),
        shape: EnumParam::new("Shape", Shape::Square),
    }))
}

#[test]
fn every_plugins_parameters_take_numbers_in_any_notation() {
    let table = ordinary_table();
    for (id, texts, shown) in [
        (
            "hz",
            &["12,500", "12.5k", "12,5 KHZ", "12'500 hz", "\u{ff11}\u{ff12}\u{ff15}\u{ff10}\u{ff10}"][..],
            "12.5 kHz",
        ),
        ("hz", &["300,5", "300.5HZ", "300\u{202f}Hz"], "300"),
        ("fader", &["-6", "\u{2212}6", "-6DB", "-6,0 dB", "\u{ff0d}\u{ff16}"], "-6.0 dB"),
        ("fader", &["-inf", "-\u{221e}", "\u{2212}inf dB", "-Infinity", "-\u{221e} DB"], "-inf dB"),
        ("mix", &["25", "25%", "25,0 %", "25 percent", "\u{ff12}\u{ff15}\u{ff05}"], "25 %"),
        ("ratio", &["4", "4:1", "4 : 1", "4,0", "\u{ff14}:\u{ff11}"], "4.0:1"),
        ("pan", &["30L", "30l", "\u{ff13}\u{ff10}\u{ff2c}"], "30L"),
        ("khz", &["12.5", "12,5 kHz", "12.5KHZ", "12.5k", "12,500 Hz", "12500hz"], "12.5 kHz"),
        ("falling", &["80", "80,0", "\u{ff18}\u{ff10}"], "80"),
        ("count", &["12'500", "12.5k", "12 500", "12,500", "12500.0"], "12500"),
        ("key", &["C4", "c4"], "C4"),
        ("bypass", &["bypassed", "ON", "\u{ff11}"], "Bypassed"),
        ("shape", &["SINE", "\u{ff33}ine wave"], "Sine wave"),
    ] {
        let index = parameter(&table, id).0;
        for text in texts {
            let shows = table.parse(index, text).and_then(|value| table.format(index, value));
            assert!(
                shows.as_ref().is_some_and(|shows| shows.starts_with(shown)),
                "{id}: {text:?} is {shows:?}"
            );
        }
    }
}

#[test]
fn what_lies_beyond_is_refused_and_nearest_to_an_end() {
    let table = ordinary_table();
    for (id, text, end) in [
        ("hz", "21k", 1.0),
        ("hz", "10", 0.0),
        ("hz", "1,000,000 Hz", 1.0),
        ("fader", "30", 1.0),
        ("mix", "120 %", 1.0),
        ("mix", "\u{2212}1", 0.0),
        ("ratio", "30:1", 1.0),
        ("ratio", "inf", 1.0),
        ("khz", "21", 1.0),
        ("khz", "21.000,0 Hz", 1.0),
        ("falling", "101", 0.0),
        ("falling", "-inf", 1.0),
        ("count", "0", 0.0),
        ("count", "1e40", 1.0),
    ] {
        let index = parameter(&table, id).0;
        assert_eq!(
            (table.parse(index, text), table.nearest_end(index, text)),
            (None, Some(end)),
            "{id}: {text:?}"
        );
    }
    for (id, text) in
        [("hz", "440"), ("hz", "loud"), ("hz", "440 dB"), ("key", "200"), ("bypass", "2"), ("shape", "9")]
    {
        assert_eq!(table.nearest_end(parameter(&table, id).0, text), None, "{id}: {text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn what_every_parameter_shows_may_be_typed(value in 0.0_f32..=1.0) {
        for table in [table(), ordinary_table()] {
            for index in 0..table.len() {
                let text = table.format(index, value).expect("a text");
                let typed = table.parse(index, &text);
                let is_same = typed.is_some_and(|typed| {
                    // Where all digits are shown, they are more than the value has.
                    (typed - value).abs() < 1.0e-6 || table.format(index, typed).as_ref() == Some(&text)
                });
                // Shown in dB and read as a factor, since its author has given it one of two formatters; and a place that
                // is next to the middle, which nice-plug shows as "0L".
                let is_lopsided = table.get(index).is_some_and(|parameter| parameter.id == "level") || typed == Some(0.5);
                proptest::prop_assert!(is_same || is_lopsided, "{:?} is {:?}", text, typed);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in proptest::prop_oneof![".*", "[-+0-9.,'k eCLR:%#\u{ff10}-\u{ff19}\u{221e}]{0,12}"]) {
        for table in [table(), ordinary_table()] {
            for index in 0..table.len() {
                let value = table.parse(index, &text).or_else(|| table.nearest_end(index, &text));
                proptest::prop_assert!(value.is_none_or(|value| (0.0..=1.0).contains(&value)), "{:?}", value);
            }
        }
    }
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

#[derive(Params)]
struct WholeParams {
    #[id = "interval"]
    interval: IntParam,
    #[id = "slope"]
    slope: IntParam,
}

#[test]
fn whole_numbers_with_a_unit_stay_integers_and_a_list_of_quantities_is_a_choice() {
    let table = ParameterTable::new(Arc::new(WholeParams {
        interval: IntParam::new("Interval", 7, IntRange::Linear { min: -24, max: 24 })
            .with_value_to_string(Arc::new(|value| format!("{value} semitones"))),
        slope: IntParam::new("Slope", 0, IntRange::Linear { min: 0, max: 1 })
            .with_value_to_string(Arc::new(|index| format!("{} dB/oct", 12 * (index + 1)))),
    }));
    let (_, interval) = parameter(&table, "interval");
    assert_eq!((interval.kind, interval.unit.as_deref()), (ParameterKind::Int, Some("semitones")));
    assert_eq!((interval.min, interval.max, interval.steps), (Some(-24.0), Some(24.0), Some(48)));
    let (_, slope) = parameter(&table, "slope");
    assert_eq!((slope.kind, slope.variants.len()), (ParameterKind::Enum, 2));
}
