//! `cargo xtask`: the commands of every plugin. Your own go here.

fn main() -> std::process::ExitCode {
    wavecraft_xtask::main()
}
