"""Shows the editor of a VST3 plugin in pedalboard's window, as standard input says, line by line.

Usage: vst3_editor.py BUNDLE

"open" shows the window, which stays until "close" and is answered by "closed" once it is gone. "value NAME" is answered
by the parameter's normalized value, "saved NAME" by that of another instance which has loaded this one's state. The program
ends with its input.
"""

import ctypes
import queue
import sys
import threading

import pedalboard


def main(bundle):
    plugin = pedalboard.load_plugin(bundle)
    windows = queue.Queue()
    other = pedalboard.load_plugin(bundle)
    threading.Thread(target=listen, args=(plugin, other, windows)).start()
    # A window keeps the main thread busy, to which it belongs, until it is closed.
    while (close := windows.get()) is not None:
        plugin.show_editor(close)
        print("closed", flush=True)


def listen(plugin, other, windows):
    by_name, by_name_in_other = (
        {parameter.name: parameter for parameter in instance.parameters.values()} for instance in (plugin, other)
    )
    close = threading.Event()
    try:
        for line in sys.stdin:
            command, _, name = line.strip().partition(" ")
            if command == "open":
                close = threading.Event()
                windows.put(close)
            elif command == "close":
                close.set()
            elif command == "value":
                print(by_name[name].raw_value, flush=True)
            elif command == "saved":
                other.raw_state = plugin.raw_state
                print(by_name_in_other[name].raw_value, flush=True)
            else:
                raise ValueError(f"no such command: {line!r}")
    finally:
        close.set()
        windows.put(None)


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
def go_on_after_x_error(_display, _event):
    return 0


if __name__ == "__main__":
    # JUCE asks for windows and names that exist on a desktop alone, not on a bare X server. Its own hosts go on after such
    # errors; pedalboard leaves Xlib's handler in place, which ends the program.
    ctypes.CDLL("libX11.so.6").XSetErrorHandler(go_on_after_x_error)
    main(*sys.argv[1:])
