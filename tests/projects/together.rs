//! The plugins of several projects in one host.

use wavecraft_tests::bundles;
use wavecraft_tests::display::display;
use wavecraft_tests::editor_host::{EditorHost, Told};
use wavecraft_tests::plugin_project::turn;
use wavecraft_tests::strip_page::{FEWEST_ACCENTS, SIZE_PX, accents};

use super::page::{EFFECT, INSTRUMENT, Studio, turn_up};

#[test]
fn two_projects_plugins_and_another_show_their_pages_in_one_host() {
    let turn = turn();
    let (effect, instrument) = (turn.effect().clap(), turn.instrument().clap());
    let display = display();
    let mut strip = Studio::open(&display, EditorHost::start(&bundles::clap()), (0, 0));
    let mut effect = Studio::open(&display, EditorHost::start(&effect), (0, 600));
    let mut instrument = Studio::open(&display, EditorHost::start_instrument(&instrument), (800, 600));
    turn_up(&effect.host, &EFFECT);
    turn_up(&instrument.host, &INSTRUMENT);
    let effects_knobs = effect.wait_for_knobs(3);
    let instruments_knobs = instrument.wait_for_knobs(3);
    let Studio { display, host, .. } = &mut strip;
    host.run_until("the strip's page is there", |_| accents(display, SIZE_PX) > FEWEST_ACCENTS);

    let told = effect.drag_up(effects_knobs[2], 20);
    assert!(told.contains(&Told::End("/Level".to_owned())), "{told:?}");
    let told = instrument.drag_up(instruments_knobs[2], 20);
    assert!(told.contains(&Told::End("Output/Level".to_owned())), "{told:?}");
    for studio in [&mut strip, &mut effect, &mut instrument] {
        assert!(studio.host.take_told().is_empty(), "only the plugin whose knob is dragged says so");
        assert!(studio.host.output_peak() > 0.01, "nothing sounds");
    }
}
