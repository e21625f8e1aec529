//! A host's window with the plugin's in it.
#![allow(unsafe_code, reason = "a window of another library is embedded by its number")]

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui, Window};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, ImageFormat, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::check::{CheckResult, NotPassed, Passed, failed, skipped};
use crate::plugin::Plugin;

/// How long a window may take to paint.
const PATIENCE: Duration = Duration::from_secs(10);

/// The colour of the host's own window, which is not the plugin's doing.
const BACKGROUND: u32 = 0x00ff_00ff;

/// The host's side of the X server.
struct Host {
    connection: RustConnection,
    window: u32,
}

/// Opens the plugin's window, waits until it has painted, closes it; and once more.
pub fn check(plugin: &mut Plugin) -> CheckResult {
    let host = match Host::new() {
        Ok(host) => host,
        Err(error) => return skipped(format!("the X server cannot be reached: {error}")),
    };
    let mut times = Vec::new();
    for opening in ["first", "second"] {
        times.push(format!("{:.0} ms", open_and_close(plugin, &host, opening)?.as_secs_f64() * 1e3));
    }
    Ok(Passed::with(format!("painted after {}", times.join(", then "))))
}

fn open_and_close(plugin: &mut Plugin, host: &Host, opening: &str) -> Result<Duration, NotPassed> {
    let not =
        |what: &str| NotPassed::Failed(format!("at the {opening} opening, the window cannot be {what}"));
    let handle = plugin.handle();
    let Some(gui) = handle.get_extension::<PluginGui>() else { return skipped("it has no window") };
    let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
    if !gui.is_api_supported(&handle, configuration) {
        return skipped("its window cannot be embedded under X11");
    }
    let started = Instant::now();
    gui.create(&handle, configuration).map_err(|_| not("made"))?;
    let size = gui.get_size(&handle).map_or((640, 480), |size| (size.width, size.height));
    host.resize(size).map_err(|error| not(&format!("given a size: {error}")))?;
    // SAFETY: the host's window stays until after the plugin's is destroyed.
    unsafe { gui.set_parent(&handle, Window::from_x11_handle(u64::from(host.window))) }
        .map_err(|_| not("embedded"))?;
    gui.show(&handle).map_err(|_| not("shown"))?;

    let mut colours = BTreeSet::new();
    while colours.len() < 2 && started.elapsed() < PATIENCE {
        plugin.answer_callback();
        colours = host.colours(size).map_err(|error| not(&format!("looked at: {error}")))?;
        thread::sleep(Duration::from_millis(10));
    }
    let elapsed = started.elapsed();
    gui.destroy(&plugin.handle());
    plugin.answer_callback();
    if colours.len() < 2 {
        let seen = colours
            .first()
            .map_or("nothing".to_owned(), |colour| format!("nothing but the colour #{colour:06x}"));
        return failed(format!(
            "at the {opening} opening, the window of {} x {} pixels shows {seen} after {} seconds",
            size.0,
            size.1,
            PATIENCE.as_secs()
        ));
    }
    Ok(elapsed)
}

impl Host {
    fn new() -> Result<Self, String> {
        let (connection, screen) = x11rb::connect(None).map_err(|error| error.to_string())?;
        let window = Self::create_window(&connection, screen).map_err(|error| error.to_string())?;
        Ok(Self { connection, window })
    }

    fn create_window(connection: &RustConnection, screen: usize) -> Result<u32, Box<dyn std::error::Error>> {
        let window = connection.generate_id()?;
        let screen = &connection.setup().roots[screen];
        let attributes = CreateWindowAux::new().background_pixel(BACKGROUND).override_redirect(1);
        let (depth, class) = (x11rb::COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
        connection.create_window(
            depth,
            window,
            screen.root,
            0,
            0,
            640,
            480,
            0,
            class,
            screen.root_visual,
            &attributes,
        )?;
        connection.map_window(window)?;
        connection.sync()?;
        Ok(window)
    }

    fn resize(&self, (width, height): (u32, u32)) -> Result<(), Box<dyn std::error::Error>> {
        let size = x11rb::protocol::xproto::ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(self.window, &size)?;
        self.connection.sync()?;
        Ok(())
    }

    /// The colours to be seen in the window, as far as it is on the screen, without the host's own.
    fn colours(&self, (width, height): (u32, u32)) -> Result<BTreeSet<u32>, Box<dyn std::error::Error>> {
        let screen = &self.connection.setup().roots[0];
        let fits = |size: u32, limit: u16| u16::try_from(size).unwrap_or(u16::MAX).min(limit);
        let (width, height) = (fits(width, screen.width_in_pixels), fits(height, screen.height_in_pixels));
        let picture = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.window, 0, 0, width, height, u32::MAX)?
            .reply()?;
        let pixels = picture.data.chunks_exact(4);
        let colour = |pixel: &[u8]| u32::from_le_bytes([pixel[0], pixel[1], pixel[2], 0]);
        Ok(pixels.map(colour).filter(|colour| *colour != BACKGROUND).collect())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.connection.destroy_window(self.window);
        let _ = self.connection.sync();
    }
}
