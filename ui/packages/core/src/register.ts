/**
 * What a plugin's page tells these packages about its plugin. The module that `cargo xtask codegen` writes for a page
 * adds to it:
 *
 * ```ts
 * declare module "@wavecraft/core" {
 *   interface Register {
 *     parameterId: "gain" | "mix";
 *     meterId: "reduction";
 *     signalId: "before" | "after";
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: a page adds to it, which only an interface allows.
export interface Register {}

/** The id of a parameter: one of the plugin's where the page has registered them, any text where it has not. */
export type ParameterId = Register extends { parameterId: infer Id extends string } ? Id : string;

/** The id of one of the plugin's own meters, likewise. */
export type MeterId = Register extends { meterId: infer Id extends string } ? Id : string;

/** The id of one of the plugin's signals, likewise. */
export type SignalId = Register extends { signalId: infer Id extends string } ? Id : string;
