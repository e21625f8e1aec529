//! The built page in Chromium, on real sound. The tests find the server and the plugin by two variables:
//! `WAVECRAFT_DEV_SERVER`, the program, and `WAVECRAFT_LIBRARY`, the plugin's library.

use wavecraft_xtask::bundle::Profile;
use wavecraft_xtask::setup::Need;
use wavecraft_xtask::test::stage::Stage;
use wavecraft_xtask::test::vitest;
use wavecraft_xtask::{dev, page};

/// The page in a browser.
pub const STAGE: Stage = Stage {
    name: "browser",
    description: "page: tests in a browser",
    needs: &[Need::Page, Need::Standalone, Need::BrowserTests, Need::TestSound],
    takes_filters: false,
    is_foundation: false,
    is_asked_for_alone: false,
    run: |run| {
        page::ensure_built(run.project)?;
        let server = dev::build_server(run.project, Profile::Development)?;
        let library = dev::build_library(run.project, Profile::Development)?;
        vitest::run(run, &["browser"], &[("WAVECRAFT_DEV_SERVER", server), ("WAVECRAFT_LIBRARY", library)])
    },
};
