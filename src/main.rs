//! The standalone program: the strip live on this computer's audio, or on sound files.

use std::process::ExitCode;

fn main() -> ExitCode {
    wavecraft_plugin::standalone::<wavecraft::Strip>()
}
