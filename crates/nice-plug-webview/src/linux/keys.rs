//! Keys between the host and the page.

use nice_plug_core::editor::{Modifiers, VirtualKeyCode};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt as _, EventMask, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyPressEvent, Window,
};

use super::messages::{HostKey, UnusedKey};
use super::x11::{X11, X11Error};

/// Gives the host a key that the page has no use for, as if it had been pressed outside.
pub fn forward(x11: &X11, parent: Window, key: UnusedKey) -> Result<(), X11Error> {
    let mask = if key.is_down { EventMask::KEY_PRESS } else { EventMask::KEY_RELEASE };
    let (target, selects) = listener(x11, parent, mask)?;
    let event = KeyPressEvent {
        response_type: if key.is_down { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT },
        detail: key.code,
        sequence: 0,
        time: key.time_ms,
        root: x11.root,
        event: target,
        child: x11rb::NONE,
        root_x: 0,
        root_y: 0,
        event_x: 0,
        event_y: 0,
        state: key.state.into(),
        same_screen: true,
    };
    // Without a mask, the event goes to the client that has made the window: toolkits that use XInput select no core
    // events, and understand them all the same.
    let mask = if selects { mask } else { EventMask::NO_EVENT };
    x11.connection.send_event(false, target, mask, event)?;
    Ok(x11.connection.flush()?)
}

/// The nearest window from `parent` upwards that listens to keys, and true; or the host's outermost window, and false.
fn listener(x11: &X11, parent: Window, mask: EventMask) -> Result<(Window, bool), X11Error> {
    let mut window = parent;
    let mut outermost = parent;
    loop {
        let attributes = x11.connection.get_window_attributes(window)?;
        let tree = x11.connection.query_tree(window)?;
        let (attributes, tree) = (attributes.reply()?, tree.reply()?);
        if attributes.all_event_masks.contains(mask) {
            return Ok((window, true));
        }
        // A window manager's frame is not the host's.
        if is_of_client(window, parent, x11) {
            outermost = window;
        }
        if tree.parent == x11rb::NONE || tree.parent == x11.root {
            return Ok((outermost, false));
        }
        window = tree.parent;
    }
}

/// Whether two windows were made by the same client: the upper bits of their ids say so.
fn is_of_client(window: Window, other: Window, x11: &X11) -> bool {
    let mask = !x11.connection.setup().resource_id_mask;
    window & mask == other & mask
}

/// The key as X11 knows it. Some have no meaning in a page.
pub fn host_key(code: VirtualKeyCode, is_down: bool, modifiers: Modifiers) -> Option<HostKey> {
    use VirtualKeyCode as Key;
    let keysym = match code {
        Key::Backspace => 0xff08,
        Key::Tab => 0xff09,
        Key::Clear => 0xff0b,
        Key::Return => 0xff0d,
        Key::Pause => 0xff13,
        Key::Escape => 0xff1b,
        Key::Space => 0x20,
        Key::Next | Key::PageDown => 0xff56,
        Key::PageUp => 0xff55,
        Key::End => 0xff57,
        Key::Home => 0xff50,
        Key::ArrowLeft => 0xff51,
        Key::ArrowUp => 0xff52,
        Key::ArrowRight => 0xff53,
        Key::ArrowDown => 0xff54,
        Key::Select => 0xff60,
        Key::Print | Key::Snapshot => 0xff61,
        Key::NumpadEnter => 0xff8d,
        Key::Insert => 0xff63,
        Key::Delete => 0xffff,
        Key::Help => 0xff6a,
        Key::NumpadMultiply => 0xffaa,
        Key::NumpadAdd => 0xffab,
        Key::NumpadSeparator => 0xffac,
        Key::NumpadSubtract => 0xffad,
        Key::NumpadDecimal => 0xffae,
        Key::NumpadDivide => 0xffaf,
        Key::Equals => 0x3d,
        Key::ContextMenu => 0xff67,
        Key::Shift => 0xffe1,
        Key::Control => 0xffe3,
        Key::Alt => 0xffe9,
        Key::Super => 0xffeb,
        other => numbered(other)?,
    };
    // Both of the Command key, which is Control here, and the Control key of a Mac.
    let control = modifiers.intersects(Modifiers::COMMAND | Modifiers::CONTROL);
    let masks =
        [(modifiers.contains(Modifiers::SHIFT), 1), (control, 4), (modifiers.contains(Modifiers::ALT), 8)];
    let modifiers = masks.into_iter().filter(|(is_held, _)| *is_held).map(|(_, mask)| mask).sum();
    Some(HostKey { keysym, is_down, modifiers })
}

/// Keys that come in rows.
fn numbered(code: VirtualKeyCode) -> Option<u32> {
    use VirtualKeyCode as Key;
    let numpad = [
        Key::Numpad0,
        Key::Numpad1,
        Key::Numpad2,
        Key::Numpad3,
        Key::Numpad4,
        Key::Numpad5,
        Key::Numpad6,
        Key::Numpad7,
        Key::Numpad8,
        Key::Numpad9,
    ];
    let function = [
        Key::F1,
        Key::F2,
        Key::F3,
        Key::F4,
        Key::F5,
        Key::F6,
        Key::F7,
        Key::F8,
        Key::F9,
        Key::F10,
        Key::F11,
        Key::F12,
    ];
    let find = |row: &[Key], first: u32| Some(first + row.iter().position(|&key| key == code)? as u32);
    find(&numpad, 0xffb0).or_else(|| find(&function, 0xffbe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing_keys_have_their_symbols() {
        let symbol = |code| host_key(code, true, Modifiers::empty()).map(|key| key.keysym);

        assert_eq!(symbol(VirtualKeyCode::Backspace), Some(0xff08));
        assert_eq!(symbol(VirtualKeyCode::Numpad7), Some(0xffb7));
        assert_eq!(symbol(VirtualKeyCode::F12), Some(0xffc9));
        assert_eq!(symbol(VirtualKeyCode::MediaPlay), None);
    }

    #[test]
    fn modifiers_become_the_masks_of_x11() {
        let key = host_key(
            VirtualKeyCode::ArrowLeft,
            false,
            Modifiers::SHIFT | Modifiers::COMMAND | Modifiers::ALT,
        );

        assert_eq!(key, Some(HostKey { keysym: 0xff51, is_down: false, modifiers: 1 | 4 | 8 }));
    }
}
