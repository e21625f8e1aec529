// Generated from the plugin's parameters: do not edit. Renew it with:
//   cargo xtask codegen

export {};

declare module "@wavecraft/core" {
  interface Register {
    /** The ids of the parameters, in the order in which hosts list them. */
    parameterId:
      | "bypass"
      | "wave_1"
      | "octave_1"
      | "width_1"
      | "wave_2"
      | "octave_2"
      | "width_2"
      | "interval"
      | "detune"
      | "mix"
      | "cutoff"
      | "resonance"
      | "slope"
      | "filter_envelope"
      | "key_tracking"
      | "filter_attack"
      | "filter_decay"
      | "filter_sustain"
      | "filter_release"
      | "attack"
      | "decay"
      | "sustain"
      | "release"
      | "unison"
      | "unison_detune"
      | "spread"
      | "bend_range"
      | "velocity"
      | "mpe"
      | "level";
    /** The ids of the plugin's own meters, in the order of their fields. */
    meterId: "voices";
    /** The ids of the plugin's signals, in the order of their fields. */
    signalId: "waveform";
  }
}
