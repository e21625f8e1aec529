// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {};

declare module "@wavecraft/core" {
  interface Register {
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId: "gain" | "bypass";
    /** The ids of the plugin's own meters, in the order of their fields. */
    meterId: "reduction";
    /** The ids of the plugin's signals, in the order of their fields. */
    signalId: "before";
  }
}
