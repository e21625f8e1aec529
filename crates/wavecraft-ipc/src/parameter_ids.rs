//! The ids of a plugin's parameters, for the sources of its page.

use serde_json::Value;

/// A TypeScript module that registers the ids of all parameters with the page's package `@wavecraft/core`. A page that names
/// its parameters through that package does not compile with an id that the plugin does not have.
///
/// For programs that write the page's sources.
pub fn parameter_ids_module<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let ids: Vec<_> = ids.into_iter().map(|id| format!("\n      | {}", Value::from(id))).collect();
    let ids = if ids.is_empty() { " never".to_owned() } else { ids.concat() };
    format!(
        "\
// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {{}};

declare module \"@wavecraft/core\" {{
  interface Register {{
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId:{ids};
  }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_a_union_in_their_order() {
        let module = parameter_ids_module(["gain", "a \"b\""]);
        assert!(
            module.ends_with("    parameterId:\n      | \"gain\"\n      | \"a \\\"b\\\"\";\n  }\n}\n"),
            "{module}"
        );
    }

    #[test]
    fn without_parameters_no_id_is_right() {
        assert!(parameter_ids_module([]).ends_with("    parameterId: never;\n  }\n}\n"));
    }
}
