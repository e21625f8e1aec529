//! What the development server does to sound under JACK at 128 frames, for `cargo xtask bench`: `jack latency` or
//! `jack knob`. Each figure is printed as JSON, on a line of its own.
#![cfg_attr(not(target_os = "linux"), allow(unused))]

#[cfg(target_os = "linux")]
mod figures;

fn main() {
    #[cfg(target_os = "linux")]
    match std::env::args().nth(1).as_deref() {
        Some("latency") => figures::latency(),
        Some("knob") => figures::knob(),
        _ => panic!("name one measurement: latency or knob"),
    }
}
