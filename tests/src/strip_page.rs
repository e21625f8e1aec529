//! What is to be seen of the strip's page, in a window of 960 by 600 pixels.

use crate::display::{Colour, Display};

/// The page's accent, in which handles and arcs are drawn.
pub const ACCENT: Colour = [0xff, 0x7a, 0x3c];

/// The page's size at first, in pixels.
pub const SIZE_PX: (u16, u16) = (960, 600);

/// Where the middle of the output's gain knob is, in pixels.
pub const OUTPUT_KNOB: (i16, i16) = (903, 416);

/// Where the menu of that knob, which a click on its middle opens, has the host's own menu, and in the standalone what has a MIDI
/// controller learned: at the entry's right end, which stays where it is when a text that arrives later makes the menu wider.
pub const LAST_IN_MENU_OF_OUTPUT: (i16, i16) = (945, 577);

/// The colour of a menu's ground.
pub const MENU_GROUND: Colour = [0x28, 0x25, 0x20];

/// Where the buttons of the bar with undo, slots and presets are, in pixels.
pub mod session_bar {
    /// Undo.
    pub const UNDO: (i16, i16) = (203, 28);
    /// Redo.
    pub const REDO: (i16, i16) = (228, 28);
    /// Slot A.
    pub const SLOT_A: (i16, i16) = (264, 28);
    /// Slot B.
    pub const SLOT_B: (i16, i16) = (290, 28);
    /// The preset before.
    pub const PREVIOUS: (i16, i16) = (352, 28);
    /// The preset after.
    pub const NEXT: (i16, i16) = (524, 28);
    /// The preset's name, which opens the list.
    pub const PRESETS: (i16, i16) = (437, 28);
    /// A place that the open list covers.
    pub const PRESET_LIST: (i16, i16) = (206, 300);
    /// What writes the first preset as a file, once its three dots are pressed, at the button's edge.
    pub const EXPORT_FIRST_PRESET: (i16, i16) = (256, 184);
    /// What is behind the three dots of the list's first preset.
    pub const MORE_ON_FIRST_PRESET: (i16, i16) = (487, 128);
}

/// How far one drags from one end of a knob's travel to the other, in pixels.
pub const KNOB_TRAVEL_PX: f64 = 300.0;

/// So many pixels in the accent's colour there are at least when the page has its parameters: only then are there arcs. The
/// wordmark alone has some 60, and a strip at its defaults some 300.
pub const FEWEST_ACCENTS: usize = 180;

/// How many pixels of the screen's upper left corner are in the accent's colour.
pub fn accents(display: &Display, (width, height): (u16, u16)) -> usize {
    display.picture(width, height).iter().filter(|&&pixel| pixel == ACCENT).count()
}

/// How many pixels of the drive's graph are in the accent's colour, in a window of the page's first size: the stretch of
/// its curve that the sound reaches, its handle and its harmonics.
pub fn accents_of_drive_graph(display: &Display) -> usize {
    let (width, height) = SIZE_PX;
    let picture = display.picture(width, height);
    let rows = picture.chunks(usize::from(width)).skip(101).take(248);
    rows.flat_map(|row| &row[511..775]).filter(|&&pixel| pixel == ACCENT).count()
}

/// The same as [`accents`] without those of a smaller corner: what only a page shows that is larger than that.
pub fn accents_outside(display: &Display, (width, height): (u16, u16), inner: (u16, u16)) -> usize {
    let picture = display.picture(width, height);
    let rows = picture.chunks(usize::from(width)).enumerate();
    let outside = rows.flat_map(|(y, row)| {
        let start = if y < usize::from(inner.1) { usize::from(inner.0).min(row.len()) } else { 0 };
        &row[start..]
    });
    outside.filter(|&&pixel| pixel == ACCENT).count()
}
