//! A plugin's parameters for its page, as TypeScript.

use serde_json::Value;

use super::ParameterTable;

impl ParameterTable {
    /// A TypeScript module with the ids of all parameters as a union type, `ParameterId`. A page that names its
    /// parameters by this type does not compile with an id that the plugin does not have.
    ///
    /// For a program that writes the page's sources. Not for the audio thread.
    pub fn typescript(&self) -> String {
        let ids: Vec<_> =
            self.iter().map(|parameter| format!("\n  | {}", Value::from(&*parameter.id))).collect();
        let ids = if ids.is_empty() { " never".to_owned() } else { ids.concat() };
        format!(
            "\
// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

/** The id of a parameter, in the order in which hosts list them. */
export type ParameterId ={ids};
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
            module.ends_with("\nexport type ParameterId =\n  | \"gain\"\n  | \"a \\\"b\\\"\";\n"),
            "{module}"
        );
    }

    #[test]
    fn without_parameters_no_id_is_right() {
        let module = ParameterTable::new(Arc::new(Nothing {})).typescript();
        assert!(module.ends_with("\nexport type ParameterId = never;\n"), "{module}");
    }
}
