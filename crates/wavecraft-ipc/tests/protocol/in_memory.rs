//! Parameters in memory, and their life through reloads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wavecraft_ipc::{
    HostError, InMemoryParameterHost, ParameterHost, ParameterInfo, ParameterKind, ParameterSetError,
};

use crate::sample_plugin::{host, info, parameters, value, values};

#[test]
fn ids_must_be_there_and_differ() {
    let named = |id: &str| ParameterInfo::new(id, "Name", ParameterKind::Float, value(0.0));
    let made = |ids: [&str; 2]| InMemoryParameterHost::new(info(), ids.map(named).to_vec()).err();
    assert_eq!(made(["a", "b"]), None);
    assert_eq!(made(["a", "a"]), Some(ParameterSetError::DuplicateId { id: "a".to_owned() }));
    assert_eq!(made(["a", ""]), Some(ParameterSetError::EmptyId { name: "Name".to_owned() }));
}

#[test]
fn a_reload_keeps_values_by_id() {
    let host = host();
    host.set_parameter("gain", value(0.8)).unwrap();
    host.set_parameter("slope", value(0.5)).unwrap();

    let mut reloaded = parameters();
    reloaded.reverse();
    reloaded.retain(|parameter| parameter.id != "voices");
    let slope = reloaded.iter_mut().find(|parameter| parameter.id == "slope").unwrap();
    slope.steps = Some(3);
    reloaded.push(ParameterInfo::new("mix", "Mix", ParameterKind::Float, value(0.9)));

    let mut told = Vec::new();
    host.replace_parameters_and(reloaded, |values| told = values.to_vec()).unwrap();
    assert_eq!(told, [0.25, 2.0 / 3.0, 0.0, 0.8, 0.9].map(value));
    assert_eq!(values(&*host), told);
    assert_eq!(host.get_parameter("voices"), Err(HostError::no_such_parameter("voices")));
    assert_eq!(host.all_parameters()[3].default, value(0.5), "the default is the new one's");
}

#[test]
fn a_broken_reload_changes_nothing() {
    let host = host();
    host.set_parameter("gain", value(0.8)).unwrap();
    let before = host.all_parameters();
    let mut broken = parameters();
    broken.push(broken[0].clone());
    let outcome = host.replace_parameters_and(broken, |_| panic!("nothing was replaced"));
    assert_eq!(outcome, Err(ParameterSetError::DuplicateId { id: "gain".to_owned() }));
    assert_eq!(host.all_parameters(), before);
}

#[test]
fn the_plugins_own_text_is_kept_while_it_holds() {
    let host = host();
    let text = || host.all_parameters()[0].text.clone();
    assert_eq!(text(), "0.0 dB");
    host.set_parameter("gain", value(0.75)).unwrap();
    assert_eq!(text(), "12.00 dB");
    host.set_parameter("gain", value(0.5)).unwrap();
    assert_eq!(text(), "0.0 dB");
}

#[test]
fn a_copy_is_written_with_position_and_outcome() {
    let host = host();
    let mut copy = values(&*host);
    host.set_parameter_and("slope", value(0.6), |position, value| copy[position] = value).unwrap();
    assert_eq!(copy[3], value(0.5));
    assert_eq!(values(&*host), copy);
    let outcome = host.set_parameter_and("none", value(0.6), |_, _| panic!("nothing was set"));
    assert_eq!(outcome, Err(HostError::no_such_parameter("none")));
}

#[test]
fn a_panic_in_a_callers_code_leaves_the_host_usable() {
    let host = host();
    let set = || host.set_parameter_and("gain", value(0.6), |_, _| panic!("no room in the copy"));
    assert!(catch_unwind(AssertUnwindSafe(set)).is_err());
    assert_eq!(host.get_parameter("gain"), Ok(value(0.6)));
    assert_eq!(host.set_parameter("gain", value(0.7)), Ok(value(0.7)));
}
