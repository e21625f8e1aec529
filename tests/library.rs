//! What the plugin's library drags into a host: little.

use wavecraft_tests::bundles;
#[cfg(target_os = "linux")]
use wavecraft_tests::clap_host::ClapHost;

#[test]
#[cfg(target_os = "linux")]
fn links_no_window_or_web_toolkit_and_no_sound_server() {
    let listing = std::process::Command::new("ldd").arg(bundles::library()).output().expect("ldd runs");
    let listing = String::from_utf8_lossy(&listing.stdout).to_lowercase();
    assert!(listing.contains("libc.so"), "{listing}");
    for toolkit in
        ["gtk", "gdk", "webkit", "javascriptcore", "qt", "x11", "xcb", "wayland", "asound", "jack", "pulse"]
    {
        assert!(!listing.contains(toolkit), "the library links {toolkit}:\n{listing}");
    }
}

#[test]
fn weighs_less_than_six_megabytes() {
    let bytes = std::fs::metadata(bundles::library()).expect("the library is there").len();
    assert!(bytes < 6_000_000, "{bytes} bytes");
}

#[test]
#[cfg(target_os = "linux")]
fn stays_loaded_for_threads_that_outlive_its_instances() {
    // Such threads destroy thread-local values with the library's code when they end.
    let folder = tempfile::tempdir().unwrap();
    let copies = ["first.clap", "second.clap"].map(|name| folder.path().join(name));
    // The loader clears away what is unused only with the next library.
    for copy in copies.clone() {
        std::fs::copy(bundles::library(), &copy).unwrap();
        std::thread::spawn(move || drop(ClapHost::load(&copy))).join().unwrap();
    }
    let mappings = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(mappings.contains(copies[0].to_str().unwrap()), "a host that unloads the plugin may crash");
}
