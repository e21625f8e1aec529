//! The form in which parameters are declared.

/// Declares `WavecraftParams`: one entry for each parameter, in the order in which hosts list them, and groups of such
/// entries.
///
/// ```text
/// ungrouped {
///     field: Kind = "id" => Kind::param("Name", ..., default);
/// }
///
/// group group_field: GroupType = "Group's name" {
///     field: Kind = "id" => Kind::param("Name", ..., default);
/// }
/// ```
///
/// A field bears the name of the field of `ChainSettings` that its value goes to. A settings field without a parameter does
/// not compile, nor does a parameter without one.
macro_rules! parameters {
    (
        ungrouped {
            $($(#[$doc:meta])* $field:ident: $kind:ty = $id:tt => $param:expr;)*
        }
        $(group $group:ident: $group_type:ident = $group_name:tt {
            $($(#[$group_doc:meta])* $group_field:ident: $group_kind:ty = $group_id:tt => $group_param:expr;)*
        })*
    ) => {
        /// All parameters of the channel strip, in the order in which hosts list them.
        #[derive(Params)]
        pub struct WavecraftParams {
            /// The size of the page's window.
            #[cfg(feature = "editor")]
            #[persist = "editor"]
            pub editor_state: std::sync::Arc<wavecraft_nice_plug::editor::EditorState>,
            $($(#[$doc])* #[id = $id] $field: <$kind as Kind>::Param,)*
            $(#[nested(group = $group_name)] $group: $group_type,)*
        }

        $(#[derive(Params)]
        struct $group_type {
            $($(#[$group_doc])* #[id = $group_id] $group_field: <$group_kind as Kind>::Param,)*
        })*

        impl Default for WavecraftParams {
            fn default() -> Self {
                Self {
                    #[cfg(feature = "editor")]
                    editor_state: crate::editor::state(),
                    $($field: $param,)*
                    $($group: $group_type { $($group_field: $group_param,)* },)*
                }
            }
        }

        impl WavecraftParams {
            /// What the signal chain is to do now.
            ///
            /// # Realtime safety
            ///
            /// Reads atomics and computes a power for each frequency; the audio thread calls it once for each block.
            pub fn chain_settings(&self) -> ChainSettings {
                ChainSettings {
                    $($field: <$kind as Kind>::setting(&self.$field),)*
                    $($($group_field: <$group_kind as Kind>::setting(&self.$group.$group_field),)*)*
                }
            }
        }
    };
}

pub(super) use parameters;
