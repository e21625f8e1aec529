//! One line for all that a plugin's library exports.

#[cfg(not(feature = "standalone"))]
use std::process::ExitCode;

use crate::AudioPlugin;

/// A plugin whose library exports it: what [`export!`](crate::export!) makes of an [`AudioPlugin`].
pub trait Exported: AudioPlugin {
    /// The presets that it comes with, as its build script has found them: names of files, and what is in them.
    fn factory_presets() -> &'static [(&'static str, &'static str)] {
        &[]
    }

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
            fn factory_presets() -> &'static [(&'static str, &'static str)] {
                $crate::wavecraft_nice_plug::preset_files!()
            }

            $crate::__page_files!();
        }

        #[cfg(test)]
        #[test]
        fn factory_presets_fit_the_parameters() {
            $crate::assert_factory_presets_fit::<$plugin>();
        }

        $crate::__hosts!($plugin);
        $crate::wavecraft_nice_plug::export_dev_processor!(measured $crate::Hosted<$plugin>);
    };
}

/// Checks the presets in the plugin's folder `presets`: the test that [`export!`](crate::export!) gives every plugin.
///
/// # Panics
///
/// If one of them is no preset, names a parameter that there is not, or a value that the parameter does not have.
#[doc(hidden)]
pub fn assert_factory_presets_fit<P: Exported>() {
    let parameters = std::sync::Arc::new(P::Parameters::default());
    let faults = wavecraft_nice_plug::presets::faults_of_factory_presets(parameters, P::factory_presets());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What [`export!`] adds with the feature `hosts`.
#[doc(hidden)]
#[cfg(feature = "hosts")]
#[macro_export]
macro_rules! __hosts {
    ($plugin:ident) => {
        #[doc(hidden)]
        type HostedPlugin = $crate::Hosted<$plugin>;
        $crate::wavecraft_nice_plug::export_clap!(HostedPlugin);
        $crate::nice_plug::nice_export_vst3!(HostedPlugin);
        $crate::wavecraft_nice_plug::stay_loaded!();
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
    wavecraft_standalone::run_with_presets::<crate::Hosted<P>>(&crate::session::files_of::<P>())
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
