//! What the window says when there is no page to say it.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Window};

use super::helper::{HelperError, HelperExit};
use super::surface::pixel;
use super::x11::{X11, X11Error};
use crate::config::contrasting;

/// The font that every X server has inside itself.
const FONT: &[u8] = b"fixed";
const MARGIN_PX: i16 = 16;

/// Says what is missing and how to get it.
pub fn library_missing(library: &str) -> String {
    format!(
        "This window shows a web page, and the system lacks WebKitGTK to do so ({library} is missing). Install it and open \
         the window again.\n\n\
         Debian, Ubuntu:  sudo apt install libwebkit2gtk-4.1-0\n\
         Fedora:  sudo dnf install webkit2gtk4.1\n\
         Arch:  sudo pacman -S webkit2gtk-4.1\n\
         openSUSE:  sudo zypper install libwebkit2gtk-4_1-0"
    )
}

/// Says that starting again and again does not help.
pub fn crashed_repeatedly(crashes: usize, exit: &HelperExit) -> String {
    let reason = match exit {
        HelperExit::LibraryMissing(library) => format!("{library} is missing"),
        HelperExit::NotResponding => "a script of the page did not end".to_owned(),
        HelperExit::Crashed(message) => message.clone(),
    };
    format!(
        "The web page of this window has stopped {crashes} times within a minute, so it is not started again. The sound is \
         not affected. Close the window and open it to try once more.\n\nThe last time: {reason}"
    )
}

/// Says that the page does not even start.
pub fn cannot_start(error: &HelperError) -> String {
    format!("The web page of this window cannot be shown: {error}. The sound is not affected.")
}

/// Writes a notice into a window, over its background.
pub fn draw(x11: &X11, window: Window, background: [u8; 3], notice: &str) -> Result<(), X11Error> {
    let connection = &x11.connection;
    let size = connection.get_geometry(window)?.reply()?;
    let font = connection.generate_id()?;
    connection.open_font(font, FONT)?;
    let metrics = connection.query_font(font)?.reply()?;
    let width_px = metrics.max_bounds.character_width.max(1);
    let height_px = metrics.font_ascent + metrics.font_descent + 3;

    let context = connection.generate_id()?;
    let colours = CreateGCAux::new()
        .font(font)
        .background(pixel(background))
        .foreground(pixel(contrasting(background)));
    connection.create_gc(context, window, &colours)?;
    connection.clear_area(false, window, 0, 0, 0, 0)?;
    let columns = ((size.width as i16 - 2 * MARGIN_PX) / width_px).clamp(8, 255) as usize;
    for (row, line) in (0..).zip(wrap_lines(notice, columns)) {
        let y = MARGIN_PX + metrics.font_ascent + row * height_px;
        connection.image_text8(window, context, MARGIN_PX, y, line.as_bytes())?;
    }
    connection.free_gc(context)?;
    connection.close_font(font)?;
    Ok(connection.flush()?)
}

/// Breaks lines between words such that none is longer than `columns`. The font knows Latin characters alone.
fn wrap_lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let word: String = word.chars().map(|c| if (' '..='~').contains(&c) { c } else { '?' }).collect();
            let mut word = word.as_str();
            if !line.is_empty() && line.len() + 1 + word.len() > columns {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            while word.len() > columns {
                let (start, rest) = word.split_at(columns);
                lines.push(start.to_owned());
                word = rest;
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_the_window() {
        let lines = wrap_lines("one two three\n\nfour seventeencharacters x", 9);

        assert_eq!(lines, ["one two", "three", "", "four", "seventeen", "character", "s x"]);
    }

    #[test]
    fn what_the_font_lacks_leaves_its_place() {
        assert_eq!(wrap_lines("caf\u{e9} \u{1f3b8}", 40), ["caf? ?"]);
    }

    #[test]
    fn a_missing_library_comes_with_the_package_to_install() {
        let notice = library_missing("libwebkit2gtk-4.1.so.0");

        assert!(notice.contains("libwebkit2gtk-4.1.so.0 is missing"));
        assert!(notice.contains("apt install libwebkit2gtk-4.1-0"));
    }
}
