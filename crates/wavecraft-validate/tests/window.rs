//! The check of the plugin's window, on an X server of its own: a window that paints passes, an empty one is found.
#![cfg(target_os = "linux")]
#![allow(unsafe_code, reason = "nice-plug's macro exports a symbol")]
#![allow(clippy::unwrap_used, reason = "a test fails where the X server does")]

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, HostMethods, SpawnedEditor};
use nice_plug::prelude::*;
use plugin_test_support::display::display;
use wavecraft_validate::{CHECKS, CheckResult, NotPassed, Subject};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;

plugin_test_support::needs!(WindowTests);

/// A window in two colours, or none at all.
struct Picture<const PAINTS: bool>;

/// What keeps the window open.
type Opened = std::sync::Mutex<Option<RustConnection>>;

fn paint(parent: u32) -> RustConnection {
    let (connection, screen) = x11rb::connect(None).unwrap();
    let visual = connection.setup().roots[screen].root_visual;
    for (x, colour) in [(0, 0x0020_4060), (50, 0x00a0_c0e0)] {
        let window = connection.generate_id().unwrap();
        let attributes = CreateWindowAux::new().background_pixel(colour);
        let depth = x11rb::COPY_DEPTH_FROM_PARENT;
        let class = WindowClass::INPUT_OUTPUT;
        connection
            .create_window(depth, window, parent, x, 0, 50, 100, 0, class, visual, &attributes)
            .unwrap();
        connection.map_window(window).unwrap();
    }
    connection.flush().unwrap();
    connection
}

impl<const PAINTS: bool> EditorHandle for Picture<PAINTS> {
    type Window = Opened;
    type Error = std::fmt::Error;

    fn run_until_closed(_: Self::Window) -> Result<(), Self::Error> {
        Ok(())
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Opened) -> Result<(), Self::Error> {
        let ParentWindowHandle::XlibWindow(parent) = parent else { return Err(std::fmt::Error) };
        if PAINTS {
            *window.lock().unwrap() = Some(paint(parent as u32));
        }
        Ok(())
    }

    fn show(&self, _: &Opened) -> Result<(), Self::Error> {
        Ok(())
    }

    fn hide(&self, _: &Opened) -> Result<(), Self::Error> {
        Ok(())
    }

    fn set_size(&self, _: NativeSize<u32>, _: &Opened) -> Result<(), Self::Error> {
        Ok(())
    }

    fn host_main_thread_callback(&self, _: &Opened) {}

    fn param_value_changed(&self, _: &str, _: f32) {}

    fn param_modulation_changed(&self, _: &str, _: f32) {}
}

impl<const PAINTS: bool> Editor for Picture<PAINTS> {
    type Handle = Self;

    fn spawn(
        &self,
        _: Option<ParentWindowHandle>,
        _: bool,
        _: Option<f64>,
        _: GuiContext,
        _: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self>, Box<dyn std::error::Error>> {
        Ok(SpawnedEditor { handle: Self, window: Opened::default() })
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize::new(100, 100)
    }
}

/// A plugin that is nothing but its window.
#[derive(Default)]
struct WithWindow<const PAINTS: bool>;

#[derive(Params, Default)]
struct NoParams {}

impl<const PAINTS: bool> Plugin for WithWindow<PAINTS> {
    const NAME: &'static str = "With window";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[];

    type Editor = Picture<PAINTS>;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(NoParams {})
    }

    fn editor(&mut self, _: AsyncExecutor<Self>) -> Option<Self::Editor> {
        Some(Picture)
    }

    fn process(
        &mut self,
        _: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        ProcessStatus::Normal
    }
}

impl<const PAINTS: bool> ClapPlugin for WithWindow<PAINTS> {
    const CLAP_ID: &'static str = if PAINTS { "dev.wavecraft.painting" } else { "dev.wavecraft.blank" };
    const CLAP_DESCRIPTION: Option<&'static str> = None;
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[];
}

type Painting = WithWindow<true>;
type Blank = WithWindow<false>;

nice_export_clap!(Painting, Blank);

fn run(id: &str) -> CheckResult {
    let subjects = Subject::linked(&clap_entry).unwrap();
    let subject = subjects.into_iter().find(|subject| subject.id() == id).unwrap();
    CHECKS.iter().find(|check| check.name == "editor").unwrap().run(&subject)
}

#[test]
fn a_window_that_paints_passes() {
    let _display = display();
    let remark = run("dev.wavecraft.painting").unwrap().remark.unwrap();
    assert!(remark.starts_with("painted after "), "{remark}");
}

#[test]
fn a_window_that_paints_nothing_is_found() {
    let _display = display();
    let Err(NotPassed::Failed(words)) = run("dev.wavecraft.blank") else { panic!("there is nothing to see") };
    assert_eq!(words, "at the first opening, the window of 100 x 100 pixels shows nothing after 10 seconds");
}
