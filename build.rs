//! How the plugin's library is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A thread of the host that has run this library's code destroys its thread-local values when it ends. On Linux, Rust
    // registers that in a way that does not keep the library loaded: were it unloaded first, the host would crash.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg=-Wl,-z,nodelete");
    }
}
