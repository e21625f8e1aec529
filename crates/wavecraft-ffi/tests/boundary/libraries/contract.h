/* The contract as a plugin's author writes it down in C. */
#ifndef WAVECRAFT_CONTRACT_H
#define WAVECRAFT_CONTRACT_H

#include <stddef.h>
#include <stdint.h>

enum { STATUS_OK = 0, STATUS_REFUSED = 1, STATUS_PANICKED = 2 };

typedef struct {
    void (*write)(void *context, const uint8_t *bytes, size_t count);
    void *context;
} ByteSink;

typedef struct {
    uint32_t frame;
    uint8_t bytes[3];
    uint8_t length;
} MidiEvent;

typedef struct {
    void (*write)(void *context, const MidiEvent *events, uint32_t count);
    void *context;
} MidiSink;

typedef struct {
    double tempo_bpm;
    double position_beats;
    double bar_start_beats;
    int64_t position_samples;
    int32_t bar_number;
    uint32_t time_signature_numerator;
    uint32_t time_signature_denominator;
    int32_t playing;
} TransportInfo;

typedef struct {
    uint32_t size;
    uint32_t num_samples;
    uint32_t num_channels;
    uint32_t num_side_chain_channels;
    float *const *channels;
    const float *const *side_chain;
    const MidiEvent *midi_in;
    uint32_t num_midi_in;
    uint32_t midi_origin;
    const MidiSink *midi_out;
    const TransportInfo *transport;
} ProcessBlock;

typedef struct {
    uint32_t version;
    void *(*create)(void);
    void (*process)(void *instance, float **channels, uint32_t num_channels, uint32_t num_samples);
    void (*set_sample_rate)(void *instance, float sample_rate_hz);
    void (*reset)(void *instance);
    void (*drop)(void *instance);
} DevProcessorVTable;

typedef struct {
    uint64_t end_frame;
    float sample_rate_hz;
} SignalPosition;

typedef struct {
    uint32_t size;
    uint32_t version;
    void *(*create)(void);
    void (*process)(void *instance, float **channels, uint32_t num_channels, uint32_t num_samples);
    void (*set_sample_rate)(void *instance, float sample_rate_hz);
    void (*reset)(void *instance);
    void (*drop)(void *instance);
    int32_t (*prepare)(void *instance, float sample_rate_hz, uint32_t max_block_frames, uint32_t num_channels,
                       uint32_t num_side_chain_channels, const ByteSink *reason);
    int32_t (*set_parameters)(void *instance, const float *normalized, uint32_t count);
    uint32_t (*latency_samples)(void *instance);
    int32_t (*format_parameter)(void *instance, uint32_t index, float normalized, const ByteSink *text);
    int32_t (*parse_parameter)(void *instance, uint32_t index, const uint8_t *text, size_t length,
                               float *normalized);
    int32_t (*save_state)(void *instance, const ByteSink *state);
    int32_t (*load_state)(void *instance, const uint8_t *state, size_t length, const ByteSink *reason);
    int32_t (*has_panicked)(void *instance);
    int32_t (*take_panic)(void *instance, const ByteSink *message);
    void *(*open_state)(void *instance);
    int32_t (*read_state)(void *reader, const ByteSink *state);
    void (*close_state)(void *reader);
    int32_t (*describe)(const ByteSink *description);
    void *(*open_meters)(void *instance);
    int32_t (*read_meters)(void *reader, float *values, uint32_t count);
    void (*close_meters)(void *reader);
    int32_t (*process_block)(void *instance, const ProcessBlock *block);
    void *(*open_signals)(void *instance);
    void (*listen_to_signal)(void *reader, uint32_t index, int32_t is_listening);
    int32_t (*read_signal)(void *reader, uint32_t index, float *left, float *right, uint32_t count,
                           SignalPosition *position);
    void (*close_signals)(void *reader);
} DevProcessorVTableV2;

char *wavecraft_get_params_json(void);
void wavecraft_free_string(char *text);
const DevProcessorVTableV2 *wavecraft_dev_processor_v2(void);

/* The sizes that the other side has compiled with. */
_Static_assert(sizeof(DevProcessorVTable) == V1_SIZE, "version 1 differs in size");
_Static_assert(sizeof(ProcessBlock) == BLOCK_SIZE, "a block differs in size");
_Static_assert(sizeof(DevProcessorVTableV2) == V2_SIZE, "version 2 differs in size");

#endif
