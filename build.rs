//! How the plugin's library is linked, and the page that it carries.

fn main() {
    wavecraft_build::plugin();
}
