// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

/** The id of a parameter, in the order in which hosts list them. */
export type ParameterId =
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
  | "output_gain";
