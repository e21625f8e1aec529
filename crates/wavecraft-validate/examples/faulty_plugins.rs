//! The faulty plugins as a CLAP library, which the tests of the program load.
#![allow(unsafe_code, reason = "nice-plug's macro exports a symbol")]
#![allow(missing_docs, reason = "nice-plug's macro documents less")]

use nice_plug::prelude::*;
use wavecraft_test_plugins::faulty::{Allocating, Crashing, Faulty, Sound};

type SoundPlugin = Faulty<Sound>;
type AllocatingPlugin = Faulty<Allocating>;
type CrashingPlugin = Faulty<Crashing>;

nice_export_clap!(SoundPlugin, AllocatingPlugin, CrashingPlugin);
