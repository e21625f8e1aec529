//! The crates' own tests, built for Windows, under Wine.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use wavecraft_tests::c_compiler::{self, CompilerForWine};
use wavecraft_tests::wine::Wine;

plugin_test_support::needs!(WindowsTests);

#[test]
fn the_tests_of_the_crates_pass_on_windows_as_well() {
    let wine = Wine::start();
    let compiler = CompilerForWine::start();
    let _desktop = wine.start_desktop();
    let list = std::env::var("WAVECRAFT_WINDOWS_UNITS").unwrap();
    let mut passed = 0;
    for line in list.lines() {
        let (folder, program) = line.split_once('\t').unwrap();
        let mut command = wine.program(program);
        command.current_dir(folder).env(c_compiler::REQUESTS_VARIABLE, compiler.folder());
        let said = wine.run(&mut command);
        let result = said.lines().find_map(|line| line.strip_prefix("test result: ok. ")).unwrap();
        let (count, _) = result.split_once(" passed").unwrap();
        println!("{program}: {result}");
        passed += count.parse::<usize>().unwrap();
    }
    assert!(passed > 800, "only {passed} tests were run");
}
