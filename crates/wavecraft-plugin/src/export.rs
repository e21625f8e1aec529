//! One line for all that a plugin's library exports.

#[cfg(not(feature = "standalone"))]
use std::process::ExitCode;

use crate::AudioPlugin;

/// A plugin whose library exports it: what [`export!`](crate::export!) makes of an [`AudioPlugin`].
pub trait Exported: AudioPlugin {
    /// The files of its page, as its build script has found them.
    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_nice_plug::editor::AssetMap;
}

/// Exports a plugin as CLAP and VST3 (with the feature `hosts` of this crate) and for the development server:
/// `export!(MyPlugin);`, once in the library, at its root. See the [crate's example](crate).
#[macro_export]
macro_rules! export {
    ($plugin:ident) => {
        const _: () = <$plugin as $crate::AudioPlugin>::INFO.check();

        impl $crate::Exported for $plugin {
            $crate::__page_files!();
        }

        $crate::__hosts!($plugin);
        $crate::wavecraft_nice_plug::export_dev_processor!(measured $crate::Hosted<$plugin>);
    };
}

/// What [`export!`] adds with the feature `hosts`.
#[doc(hidden)]
#[cfg(feature = "hosts")]
#[macro_export]
macro_rules! __hosts {
    ($plugin:ident) => {
        #[doc(hidden)]
        type HostedPlugin = $crate::Hosted<$plugin>;
        $crate::nice_plug::nice_export_clap!(HostedPlugin);
        $crate::nice_plug::nice_export_vst3!(HostedPlugin);
    };
}

/// What [`export!`] adds without the feature `hosts`.
#[doc(hidden)]
#[cfg(not(feature = "hosts"))]
#[macro_export]
macro_rules! __hosts {
    ($plugin:ident) => {};
}

/// What [`export!`] adds with the feature `editor`.
#[doc(hidden)]
#[cfg(feature = "editor")]
#[macro_export]
macro_rules! __page_files {
    () => {
        fn page_files() -> $crate::wavecraft_nice_plug::editor::AssetMap {
            $crate::wavecraft_nice_plug::page_files!()
        }
    };
}

/// What [`export!`] adds without the feature `editor`.
#[doc(hidden)]
#[cfg(not(feature = "editor"))]
#[macro_export]
macro_rules! __page_files {
    () => {};
}

/// The standalone program of a plugin: live on this computer's audio, or on sound files. To be called once, by `main`, which
/// returns what it returns.
#[cfg(feature = "standalone")]
pub fn standalone<P: Exported>() -> std::process::ExitCode {
    wavecraft_standalone::run::<crate::Hosted<P>>()
}

/// Says how the standalone program is built, in a build without it.
#[cfg(not(feature = "standalone"))]
pub fn without_standalone<P: Exported>() -> ExitCode {
    use std::io::Write;

    let name = P::INFO.name;
    // Whether anybody reads it does not matter.
    let _ = writeln!(
        std::io::stderr(),
        "{name} was built without its standalone program. Start it with: cargo xtask run"
    );
    ExitCode::FAILURE
}
