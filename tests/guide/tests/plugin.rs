//! The guide's first plugin holds what the guide says that every plugin must hold, by the file that the guide shows.

use guide_examples::first_plugin as my_tremolo;

include!(concat!(env!("OUT_DIR"), "/testing/plugin.rs"));
