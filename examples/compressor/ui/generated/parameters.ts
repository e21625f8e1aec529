// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {};

declare module "@wavecraft/core" {
  interface Register {
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId:
      | "bypass"
      | "threshold"
      | "ratio"
      | "knee"
      | "attack"
      | "release"
      | "look_ahead"
      | "source"
      | "high_pass"
      | "corner"
      | "listen"
      | "auto_make_up"
      | "make_up"
      | "mix";
    /** The ids of the plugin's own meters, in the order of their fields. */
    meterId:
      | "detector"
      | "reduction";
    /** The ids of the plugin's signals, in the order of their fields. */
    signalId: "spectrum";
  }
}
