//! A plugin's parameters for its page, as TypeScript.

use serde_json::Value;

use super::ParameterTable;

impl ParameterTable {
    /// A TypeScript module that registers the ids of all parameters with the page's package `@wavecraft/core`. A page
    /// that names its parameters through that package does not compile with an id that the plugin does not have.
    ///
    /// For a program that writes the page's sources. Not for the audio thread.
    pub fn typescript(&self) -> String {
        let ids: Vec<_> =
            self.iter().map(|parameter| format!("\n      | {}", Value::from(&*parameter.id))).collect();
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
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nice_plug::prelude::*;

    use super::*;

    #[derive(Params)]
    struct Nothing {}

    #[derive(Params)]
    struct Two {
        #[id = "gain"]
        gain: BoolParam,
        #[id = "a \"b\""]
        quoted: BoolParam,
    }

    #[test]
    fn ids_are_a_union_in_the_order_of_the_table() {
        let two = Two { gain: BoolParam::new("Gain", false), quoted: BoolParam::new("Quoted", false) };
        let module = ParameterTable::new(Arc::new(two)).typescript();
        assert!(
            module.ends_with("    parameterId:\n      | \"gain\"\n      | \"a \\\"b\\\"\";\n  }\n}\n"),
            "{module}"
        );
    }

    #[test]
    fn without_parameters_no_id_is_right() {
        let module = ParameterTable::new(Arc::new(Nothing {})).typescript();
        assert!(module.ends_with("    parameterId: never;\n  }\n}\n"), "{module}");
    }
}
