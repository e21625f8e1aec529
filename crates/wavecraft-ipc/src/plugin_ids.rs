//! The ids of a plugin's parameters, meters and signals, for the sources of its page.

use serde_json::Value;

/// A TypeScript module that registers the ids of all parameters, of the plugin's own meters and of its signals with the page's package
/// `@wavecraft/core`. A page that names them through that package does not compile with an id that the plugin does not have.
///
/// For programs that write the page's sources.
pub fn plugin_ids_module<'a>(
    parameters: impl IntoIterator<Item = &'a str>,
    meters: impl IntoIterator<Item = &'a str>,
    signals: impl IntoIterator<Item = &'a str>,
) -> String {
    let (parameters, meters, signals) = (union(parameters), union(meters), union(signals));
    format!(
        "\
// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {{}};

declare module \"@wavecraft/core\" {{
  interface Register {{
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId:{parameters};
    /** The ids of the plugin's own meters, in the order of their fields. */
    meterId:{meters};
    /** The ids of the plugin's signals, in the order of their fields. */
    signalId:{signals};
  }}
}}
"
    )
}

/// A type that is one of these texts, in the layout of the page's formatter; without any, none is right.
fn union<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| Value::from(id).to_string()).collect();
    match &ids[..] {
        [] => " never".to_owned(),
        [only] => format!(" {only}"),
        _ => format!("\n      | {}", ids.join("\n      | ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_a_union_in_their_order() {
        let module = plugin_ids_module(["gain", "a \"b\""], ["gr"], ["before"]);
        assert!(
            module.contains("    parameterId:\n      | \"gain\"\n      | \"a \\\"b\\\"\";\n    /** "),
            "{module}"
        );
        assert!(module.contains("    meterId: \"gr\";\n    /** "), "{module}");
        assert!(module.ends_with("    signalId: \"before\";\n  }\n}\n"), "{module}");
    }

    #[test]
    fn without_parameters_meters_and_signals_no_id_is_right() {
        let module = plugin_ids_module([], [], []);
        assert!(module.contains("    parameterId: never;\n") && module.contains("    meterId: never;\n"));
        assert!(module.contains("    signalId: never;\n"));
    }
}
