//! Ids, batches, notifications: JSON-RPC itself.

use wavecraft_ipc::{IpcHandler, MAX_BATCH_LENGTH, MAX_MESSAGE_BYTES, ParameterHost, Reply};

use crate::sample_plugin::{answer, host, page, value};

fn pong(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"pong":true}}}}"#)
}

#[test]
fn ids_come_back_letter_for_letter() {
    let ids = [
        "0",
        "-0",
        "-17",
        "9007199254740993",
        "18446744073709551616",
        "123456789012345678901234567890123456789012345678901234567890",
        // Numbers "should not contain fractional parts", says JSON-RPC, which allows them; and some languages know no others.
        "1.0",
        "-0.0",
        "1.5",
        "1e0",
        "1E+2",
        "-17.25e-3",
        "1e400",
        "-1e400",
        "9007199254740993.0",
        r#""""#,
        r#""a""#,
        r#""17""#,
        r#""\u0041\n\"\\ \ud83c\udf9a""#,
        "\"\u{1f39a}\u{2028}\"",
        // Half of a pair, which a script's text may hold.
        r#""\ud800""#,
        "null",
    ];
    for id in ids {
        let request = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        assert_eq!(answer(&request), pong(id));
    }
    let long = "7".repeat(1_000);
    assert_eq!(answer(&format!(r#"{{"jsonrpc":"2.0","id":{long},"method":"ping"}}"#)), pong(&long));
}

#[test]
fn refusals_come_back_under_the_id_whatever_its_form() {
    for id in ["1.0", "1e0", "-0", "1.5", "1e400", "18446744073709551616", r#""\ud800""#] {
        for (message, code) in [
            (format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"dance"}}"#), "-32601"),
            (format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"getParameter","params":[]}}"#), "-32602"),
            (format!(r#"{{"jsonrpc":"1.0","id":{id},"method":"ping"}}"#), "-32600"),
            (format!(r#"{{"jsonrpc":"2.0","id":{id}}}"#), "-32600"),
        ] {
            let start = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":{code},"#);
            assert!(answer(&message).starts_with(&start), "{message}: {}", answer(&message));
            assert!(answer(&format!("[{message}]")).starts_with(&format!("[{start}")), "{message}");
        }
    }
}

#[test]
fn members_come_in_any_order_with_any_space_and_company() {
    for request in [
        r#"{"params":{},"method":"ping","id":1,"jsonrpc":"2.0"}"#,
        "\r\n\t {\n\"jsonrpc\" : \"2.0\" , \"id\" : 1 , \"method\" : \"ping\" } \n",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","trace":{"parent":[1,2,{"deep":null}]}}"#,
        r#"{"\u006asonrpc":"2\u002e0","\u0069d":1,"metho\u0064":"p\u0069ng"}"#,
    ] {
        assert_eq!(answer(request), pong("1"), "{request}");
    }
}

#[test]
fn notifications_act_and_get_no_answer() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    let reply =
        page.handle(r#"{"jsonrpc":"2.0","method":"setParameter","params":{"id":"gain","value":0.75}}"#);
    assert_eq!(reply.text(), None);
    assert_eq!(reply.changes().len(), 1);
    assert_eq!(host.get_parameter("gain"), Ok(value(0.75)));
}

#[test]
fn refused_notifications_get_no_answer_either() {
    for notification in [
        r#"{"jsonrpc":"2.0","method":"dance"}"#,
        r#"{"jsonrpc":"2.0","method":"ping","params":[]}"#,
        r#"{"jsonrpc":"2.0","method":"setParameter","params":{"id":"gain","value":2}}"#,
        r#"{"jsonrpc":"2.0","method":"getParameter","params":{"id":"none"}}"#,
        r#"{"jsonrpc":"2.0","method":"getAllParameters"}"#,
    ] {
        assert_eq!(answer(notification), "", "{notification}");
    }
}

#[test]
fn what_is_no_request_is_no_notification() {
    // Without an id it might be taken for one; but only a request whose form is right can be one.
    assert!(answer(r#"{"jsonrpc":"2.0"}"#).contains("-32600"));
    assert!(answer(r#"{"method":"ping"}"#).contains("-32600"));
}

#[test]
fn batches_are_answered_as_batches_in_order() {
    let batch = r#" [
        {"jsonrpc":"2.0","id":1,"method":"ping"},
        {"jsonrpc":"2.0","method":"setParameter","params":{"id":"gain","value":1}},
        {"jsonrpc":"2.0","id":"b","method":"getParameter","params":{"id":"gain"}},
        [],
        {"jsonrpc":"2.0","id":null,"method":"dance"}
    ] "#;
    let text = answer(batch);
    let answers: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(answers.len(), 4, "{text}");
    assert_eq!(answers[0]["id"], 1);
    assert_eq!(answers[1]["id"], "b");
    assert_eq!(answers[1]["result"]["value"], 1.0);
    assert_eq!((&answers[2]["id"], &answers[2]["error"]["code"]), (&().into(), &(-32600).into()));
    assert_eq!((&answers[3]["id"], &answers[3]["error"]["code"]), (&().into(), &(-32601).into()));
}

#[test]
fn a_batch_of_one_is_answered_with_an_array() {
    assert_eq!(answer(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#), format!("[{}]", pong("1")));
}

#[test]
fn a_batch_of_notifications_gets_no_answer() {
    assert_eq!(answer(r#"[{"jsonrpc":"2.0","method":"ping"},{"jsonrpc":"2.0","method":"dance"}]"#), "");
    let mixed = r#"[{"jsonrpc":"2.0","method":"ping"},{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"ping"}]"#;
    assert_eq!(answer(mixed), format!("[{}]", pong("1")));
}

#[test]
fn an_empty_batch_is_a_single_mistake() {
    assert!(answer(" [ ] ").starts_with(r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"#));
}

#[test]
fn a_batch_that_is_too_long_is_refused_whole() {
    let set = r#"{"jsonrpc":"2.0","method":"setParameter","params":{"id":"gain","value":0.75}}"#;
    let batch = |length| format!("[{}]", vec![set; length].join(","));
    let host = host();
    let page = IpcHandler::new(host.clone());

    let reply = page.handle(&batch(MAX_BATCH_LENGTH + 1));
    assert!(reply.text().unwrap().contains("-32600"));
    assert_eq!(host.get_parameter("gain"), Ok(value(0.5)));

    let reply = page.handle(&batch(MAX_BATCH_LENGTH));
    assert_eq!((reply.text(), reply.changes().len()), (None, 1));
    assert_eq!(host.get_parameter("gain"), Ok(value(0.75)));
}

#[test]
fn a_batch_that_ends_too_early_is_refused_whole() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    let reply =
        page.handle(r#"[{"jsonrpc":"2.0","id":1,"method":"setParameter","params":{"id":"gain","value":1}},"#);
    assert!(reply.text().unwrap().contains("-32700"));
    assert_eq!(host.get_parameter("gain"), Ok(value(0.5)));
}

#[test]
fn a_message_that_is_too_long_is_refused() {
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let padded = |length: usize| format!("{request}{}", " ".repeat(length - request.len()));
    assert_eq!(answer(&padded(MAX_MESSAGE_BYTES)), pong("1"));
    assert!(answer(&padded(MAX_MESSAGE_BYTES + 1)).contains("-32600"));
}

#[test]
fn no_nesting_is_too_deep_for_a_small_stack() {
    let depth = MAX_MESSAGE_BYTES / 4;
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(depth / 4), "}".repeat(depth / 4));
    let messages = [
        format!("{open}{close}"),
        open.clone(),
        objects.clone(),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{open}{close}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{objects}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":{open}{close},"method":"ping"}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":{open}{close}}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"getParameter","params":{{"id":{open}{close}}}}}"#),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"setParameter","params":{{"id":"gain","value":{objects}}}}}"#
        ),
    ];
    let answer_all = move || {
        for message in messages {
            assert!(answer(&message).contains("error"));
        }
        let extra = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","extra":{open}{close}}}"#);
        assert_eq!(answer(&extra), pong("1"));
    };
    std::thread::Builder::new().stack_size(64 << 10).spawn(answer_all).unwrap().join().unwrap();
}

#[test]
fn a_reply_keeps_nothing_of_the_message_before() {
    let page = page();
    let mut reply = Reply::default();
    page.handle_into(
        r#"{"jsonrpc":"2.0","id":1,"method":"setParameter","params":{"id":"gain","value":1}}"#,
        &mut reply,
    );
    page.handle_into(r#"{"jsonrpc":"2.0","method":"ping"}"#, &mut reply);
    assert_eq!(reply, Reply::default());
    page.handle_bytes_into(b"\xff", &mut reply);
    assert!(reply.text().unwrap().contains("-32700"));
    page.handle_bytes_into(br#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#, &mut reply);
    assert_eq!(reply.text(), Some(pong("2").as_str()));
}
