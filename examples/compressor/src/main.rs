//! The standalone program.

fn main() -> std::process::ExitCode {
    wavecraft_plugin::standalone::<compressor::Compressor>()
}
