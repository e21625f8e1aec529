//! Several pages at once.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use wavecraft_ipc::methods::{SetParameter, SetParameterParams};
use wavecraft_ipc::{IpcHandler, ParameterHost, Reply, request};

use crate::sample_plugin::{host, parameters, value, values};

const PAGES: usize = 4;
const MESSAGES: usize = 2_000;

#[test]
fn handlers_and_hosts_go_between_threads() {
    fn shared<T: Send + Sync + ?Sized>() {}
    shared::<IpcHandler>();
    shared::<dyn ParameterHost>();
}

#[test]
fn pages_on_many_threads_all_get_their_answers() {
    let host = host();
    thread::scope(|scope| {
        for page in 0..PAGES {
            let handler = IpcHandler::new(host.clone());
            scope.spawn(move || {
                let mut reply = Reply::default();
                for message in 0..MESSAGES {
                    let id = (page * MESSAGES + message) as u64;
                    let value = (message % 101) as f32 / 100.0;
                    let params = SetParameterParams { id: "gain".into(), value: value.into() };
                    handler.handle_into(&request::<SetParameter>(id, &params), &mut reply);
                    let expected = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#);
                    assert_eq!(reply.text(), Some(expected.as_str()));
                }
            });
        }
        // A reload in the middle of it, again and again, loses nothing.
        scope.spawn(|| {
            for _ in 0..100 {
                host.replace_parameters_and(parameters(), |_| {}).unwrap();
            }
        });
    });
    assert!(host.get_parameter("gain").is_ok());
}

#[test]
fn one_handler_serves_many_threads() {
    let host = host();
    let handler = IpcHandler::new(host.clone());
    thread::scope(|scope| {
        for (id, to) in [("gain", 0.9), ("voices", 1.0), ("bypass", 1.0), ("slope", 1.0)] {
            let handler = &handler;
            scope.spawn(move || {
                for _ in 0..MESSAGES {
                    let message = format!(
                        r#"[{{"jsonrpc":"2.0","method":"beginGesture","params":{{"id":"{id}"}}}},
                            {{"jsonrpc":"2.0","method":"setParameter","params":{{"id":"{id}","value":{to}}}}},
                            {{"jsonrpc":"2.0","method":"endGesture","params":{{"id":"{id}"}}}}]"#
                    );
                    let reply = handler.handle(&message);
                    assert_eq!((reply.text(), reply.changes().len()), (None, 1));
                }
            });
        }
    });
    assert_eq!(values(&*host)[..4], [0.9, 1.0, 1.0, 1.0].map(value));
}

#[test]
fn a_copy_never_falls_out_of_step() {
    let host = host();
    let copy = AtomicU32::new(0);
    thread::scope(|scope| {
        for page in 0..PAGES {
            let (host, copy) = (&host, &copy);
            scope.spawn(move || {
                for step in 0..MESSAGES {
                    let to = value((page * MESSAGES + step) as f32 / (PAGES * MESSAGES) as f32);
                    let write = |_, value: wavecraft_ipc::NormalizedValue| {
                        copy.store(value.get().to_bits(), Ordering::Relaxed);
                    };
                    host.set_parameter_and("gain", to, write).unwrap();
                }
            });
        }
    });
    assert_eq!(host.get_parameter("gain").unwrap().get().to_bits(), copy.load(Ordering::Relaxed));
}
