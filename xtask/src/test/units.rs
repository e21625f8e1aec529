//! The tests of every package but the one for hosts: units, the packages' own boundaries, and examples in documentation.

use wavecraft_xtask::test::stage::Stage;
use wavecraft_xtask::test::units;

use crate::HOST_TESTS_PACKAGE;

/// With all features: windows are opened, and the plugin carries its page.
pub const ALL_FEATURES: Stage =
    Stage { run: |run| units::with_all_features(run, &[HOST_TESTS_PACKAGE]), ..units::ALL_FEATURES };

/// What takes no system package.
pub const FAST: Stage =
    Stage { run: |run| units::without_packages(run, &[HOST_TESTS_PACKAGE]), ..units::FAST };
