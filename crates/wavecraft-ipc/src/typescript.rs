//! The page's side of the protocol, as TypeScript written from this crate's types.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::error::{ErrorCode, RpcError};
use crate::method::{Method, MethodVisitor};
use crate::methods;
use crate::notifications::{self, Notification, NotificationVisitor};
use crate::plugin::PROTOCOL_VERSION;

/// Writes the file in which the module is kept.
const COMMAND: &str = "cargo xtask codegen";

/// Longest line of code in the file, in characters.
const LINE_WIDTH: usize = 110;

/// The TypeScript module: every method and notification, and the types that they are made of. For the page's sources;
/// nothing in it changes while the program runs.
pub fn module() -> String {
    Module::new().text()
}

/// The TypeScript module, as it grows.
struct Module {
    config: Config,
    /// Declarations with their comments, by name.
    types: BTreeMap<String, String>,
    /// The members of `Methods`.
    methods: Vec<String>,
    /// The members of `Notifications`.
    notifications: Vec<String>,
}

impl Module {
    fn new() -> Self {
        // Counts and times stay far below 2^53, up to which a page's numbers are exact.
        let config = Config::new().with_large_int("number");
        let mut module =
            Self { config, types: BTreeMap::new(), methods: Vec::new(), notifications: Vec::new() };
        methods::visit(&mut module);
        notifications::visit(&mut module);
        module.visit::<RpcError>();
        module
    }

    fn text(&self) -> String {
        let code_members = ErrorCode::ALL.map(|code| {
            let name = format!("{code:?}");
            let (first, rest) = name.split_at(1);
            format!("  {}{rest}: {},\n", first.to_lowercase(), code.number())
        });
        let codes = code_members.concat();
        let Self { types, methods, notifications, .. } = self;
        let (methods, notifications) = (methods.concat(), notifications.concat());
        let types = types.values().map(String::as_str).collect::<Vec<_>>().join("\n");
        format!(
            "\
// Generated from the Rust types in crates/wavecraft-ipc: do not edit. Renew it with:
//   {COMMAND}

/** The version of the protocol that this page speaks. */
export const PROTOCOL_VERSION = {PROTOCOL_VERSION};

/** The codes of error answers. */
export const ERROR_CODES = {{
{codes}}} as const;

/** The code of an error answer. */
export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES];

/** What each method takes and returns. */
export type Methods = {{
{methods}}};

/** The name of a method. */
export type MethodName = keyof Methods;

/** What each notification to the page tells. */
export type Notifications = {{
{notifications}}};

/** The name of a notification to the page. */
export type NotificationName = keyof Notifications;

/** The id of a request; the answer bears the same. */
export type RequestId = string | number | null;

/** A request from the page. Without an id it is a notification and gets no answer. */
export type RpcRequest<M extends MethodName = MethodName> = {{
  [K in M]: {{ jsonrpc: \"2.0\"; id?: RequestId; method: K; params: Methods[K][\"params\"] }};
}}[M];

/** The answer to a request that was carried out. */
export type RpcSuccess<M extends MethodName = MethodName> = {{
  jsonrpc: \"2.0\";
  id: RequestId;
  result: Methods[M][\"result\"];
}};

/** The answer to a request that was refused. It has changed nothing. */
export type RpcFailure = {{ jsonrpc: \"2.0\"; id: RequestId; error: RpcError }};

/** The answer to a request. */
export type RpcAnswer<M extends MethodName = MethodName> = RpcSuccess<M> | RpcFailure;

/** A notification to the page. */
export type RpcNotification<N extends NotificationName = NotificationName> = {{
  [K in N]: {{ jsonrpc: \"2.0\"; method: K; params: Notifications[K] }};
}}[N];

{types}"
        )
    }
}

impl MethodVisitor for Module {
    fn method<M: Method>(&mut self)
    where
        M::Params<'static>: TS + 'static,
        M::Result: TS + 'static,
    {
        let (params, result) = (M::Params::<'static>::name(&self.config), M::Result::name(&self.config));
        self.methods.push(format!("  {}: {{ params: {params}; result: {result} }};\n", M::NAME));
        self.visit::<M::Params<'static>>();
        self.visit::<M::Result>();
    }
}

impl NotificationVisitor for Module {
    fn notification<N: Notification>(&mut self)
    where
        N::Params<'static>: TS + 'static,
    {
        let params = N::Params::<'static>::name(&self.config);
        self.notifications.push(format!("  {}: {params};\n", N::NAME));
        self.visit::<N::Params<'static>>();
    }
}

impl TypeVisitor for Module {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types that TypeScript has by itself have no file of their own.
        if T::output_path().is_some() {
            let text = laid_out(&T::docs().unwrap_or_default(), &T::decl(&self.config));
            self.types.insert(T::name(&self.config), text);
            T::visit_dependencies(self);
        }
    }
}

/// A declaration in the usual layout: one member on each line, comments of one line in one line, long lists of choices
/// in lines of their own.
fn laid_out(docs: &str, declaration: &str) -> String {
    let source = format!("{docs}export {declaration}");
    let mut text = Vec::new();
    let mut margin = "";
    let mut lines = source.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        text.push(if line == "/**" {
            let comment: Vec<_> = lines.by_ref().take_while(|line| *line != " */").collect();
            if let [only] = comment[..] {
                format!("{margin}/** {} */\n", only.trim_start_matches(" * "))
            } else {
                let comment = comment.join(&format!("\n{margin}"));
                format!("{margin}/**\n{margin}{comment}\n{margin} */\n")
            }
        } else if let Some(last_member) = line.strip_suffix(", };") {
            format!("{margin}{last_member};\n}};\n")
        } else if let Some(member) = line.strip_suffix(',') {
            format!("{margin}{member};\n")
        } else if line.len() > LINE_WIDTH {
            format!("{margin}{}\n", line.replacen("= ", "= | ", 1).replace(" | ", "\n  | "))
        } else {
            format!("{margin}{line}\n")
        });
        if line.ends_with('{') {
            margin = "  ";
        }
    }
    text.concat()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Where the module is kept.
    const FILE: &str = "ui/packages/core/src/protocol/index.ts";

    #[test]
    fn generated_types_are_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(FILE);
        // Git may have turned the line ends.
        let kept = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        assert!(kept == module(), "{FILE} does not match the Rust types; renew it with: {COMMAND}");
    }

    #[test]
    fn error_messages_name_the_members_that_a_method_takes() {
        struct Compare;

        impl MethodVisitor for Compare {
            fn method<M: Method>(&mut self)
            where
                M::Params<'static>: TS + 'static,
                M::Result: TS + 'static,
            {
                let mut module = Module::new();
                module.types.clear();
                module.visit::<M::Params<'static>>();
                let declaration = &module.types[&M::Params::<'static>::name(&module.config)];
                let declared: Vec<_> = declaration
                    .lines()
                    .filter_map(|line| line.strip_prefix("  ")?.split_once(": "))
                    .map(|(name, _)| name)
                    .filter(|name| !name.starts_with('/'))
                    .collect();
                let named: Vec<_> = M::TAKES
                    .trim_matches(['{', '}'])
                    .split(", ")
                    .filter_map(|member| member.split_once(": "))
                    .map(|(name, _)| name)
                    .collect();
                assert_eq!(named, declared, "{}", M::NAME);
            }
        }

        methods::visit(&mut Compare);
    }

    #[test]
    fn no_name_is_used_twice() {
        let mut names: Vec<_> = [methods::METHOD_NAMES, notifications::NOTIFICATION_NAMES].concat();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
