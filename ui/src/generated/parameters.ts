// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {};

declare module "@wavecraft/core" {
  interface Register {
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId:
      | "bypass"
      | "input_gain"
      | "low_cut_freq"
      | "low_cut_slope"
      | "high_cut_freq"
      | "high_cut_slope"
      | "drive"
      | "character"
      | "oversampling"
      | "mix"
      | "output_gain"
      | "drive_channels"
      | "offline_oversampling"
      | "auto_gain"
      | "delta";
    /** The ids of the plugin's own meters, in the order of their fields. */
    meterId:
      | "drive_input"
      | "drive_gain"
      | "input_loudness"
      | "output_loudness"
      | "auto_gain_db";
    /** The ids of the plugin's signals, in the order of their fields. */
    signalId:
      | "before"
      | "after";
  }
}
