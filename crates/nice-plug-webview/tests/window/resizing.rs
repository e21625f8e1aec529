//! Size and scale.

use nice_plug_core::editor::dpi::{LogicalSize, NativeSize};
use nice_plug_core::editor::{Editor, EditorHandle, ResizeHint};

use crate::display::{display, wait_until};
use crate::host::Host;
use crate::opening::GREEN;

const SAY_SIZE: &str = "const say = () => __NICE_PLUG__.postMessage(\
    `${innerWidth} x ${innerHeight} at ${devicePixelRatio}`); addEventListener('resize', say); say();";

fn resizable(width: f32, height: f32) -> ResizeHint {
    ResizeHint::RESIZABLE.with_min_logical_size(LogicalSize::new(width, height))
}

#[test]
fn the_page_follows_the_hosts_size() {
    let display = display();
    let parent = display.host_window(800, 600);
    let host = Host::showing(GREEN, SAY_SIZE);
    let opened = host.open_in(parent);
    host.wait_for_message("400 x 300 at 1");

    opened.handle.set_size(NativeSize::new(700, 500), &opened.window).unwrap();

    host.wait_for_message("700 x 500 at 1");
    display.wait_for_colour(695, 495, [0, 200, 0]);
    assert_eq!(host.editor.size(), NativeSize::new(700, 500));
    opened.handle.set_size(NativeSize::new(300, 200), &opened.window).unwrap();
    host.wait_for_message("300 x 200 at 1");
}

#[test]
fn scale_makes_the_page_finer_and_not_larger() {
    for (scale, width, height) in [(2.0, 800, 600), (1.5, 600, 450)] {
        let display = display();
        let parent = display.host_window(800, 600);
        let host = Host::showing(GREEN, SAY_SIZE);

        let opened = host.spawn(Some(parent), false, Some(scale));

        assert_eq!(host.editor.size(), NativeSize::new(width, height));
        host.wait_for_message(&format!("400 x 300 at {scale}"));
        display.wait_for_colour(width as i16 - 3, height as i16 - 3, [0, 200, 0]);
        drop(opened);
    }
}

#[test]
fn a_scale_that_comes_later_is_taken() {
    let display = display();
    let parent = display.host_window(800, 600);
    let host = Host::showing(GREEN, SAY_SIZE);
    let opened = host.open_in(parent);
    host.wait_for_message("400 x 300 at 1");

    opened.handle.set_fallback_scale_factor(2.0, &opened.window).unwrap();

    host.wait_for_message("400 x 300 at 2");
    assert_eq!(host.editor.size(), NativeSize::new(800, 600));
}

#[test]
fn a_page_can_ask_for_a_size_within_its_limits() {
    let display = display();
    let parent = display.host_window(800, 600);
    let host = Host::with(GREEN, SAY_SIZE, |editor| editor.with_resize_hint(resizable(300.0, 200.0)));
    let opened = host.open_in(parent);
    host.wait_for_message("400 x 300 at 1");

    assert!(!host.window_control().request_resize(200, 200), "too narrow");
    assert!(host.window_control().request_resize(500, 400));
    opened.handle.host_main_thread_callback(&opened.window);

    assert_eq!(*host.resizes.lock().unwrap(), [NativeSize::new(500, 400)]);
    host.wait_for_message("500 x 400 at 1");
    assert_eq!(host.state.logical_size(), (500, 400));
}

#[test]
fn the_host_hears_of_the_nearest_size_that_is_allowed() {
    let display = display();
    let parent = display.host_window(800, 600);
    let host = Host::with(GREEN, "", |editor| editor.with_resize_hint(resizable(300.0, 200.0)));
    let opened = host.open_in(parent);

    assert_eq!(
        opened.handle.adjust_size(NativeSize::new(100, 500), &opened.window),
        Some(NativeSize::new(300, 500))
    );
}

#[test]
fn a_window_opens_again_in_the_size_that_it_had() {
    let display = display();
    let parent = display.host_window(800, 600);
    let host = Host::showing(GREEN, SAY_SIZE);
    let opened = host.open_in(parent);
    opened.handle.set_size(NativeSize::new(640, 480), &opened.window).unwrap();
    host.wait_for_message("640 x 480 at 1");
    drop(opened);

    let _opened = host.open_in(parent);

    assert_eq!(host.editor.size(), NativeSize::new(640, 480));
    wait_until(|| display.colour_at(635, 475) == [0, 200, 0], || "the page in its size".to_owned());
}
