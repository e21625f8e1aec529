/*
 * Version 2: a gain and an offset, to which it adds its side chain. It has no version 1. It hands on each MIDI event, one
 * channel up.
 *
 * SIZE, VERSION  what the table says of itself
 * NO_TABLE       returns none
 * ODD            returns an address where no table can be
 * NO_PARSE       leaves that function out
 * NO_CREATE      returns no instance, because of a panic
 * REFUSES        is not made ready, for these words
 * CHANNELS       takes no more than so many; 2 without it
 * TRIM           a factor that the state has beyond the parameters
 * REFUSES_STATE  loads none, for these words
 * REFUSES_BLOCKS processes none
 * LATENCY_IS_BAR says the song's bar where it should say its latency
 * HELD           a level that it adds for each key that is held
 * DELAY          is late by so many samples, and says so
 * DESCRIPTION    a file with what it says of itself; without it, that it has one meter for each channel's peak
 * NO_WORDS       declines to describe itself
 * NO_METERS      has no reader of meters
 * NO_SIGNALS     has no reader of signals
 */
#include "contract.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SIZE
#define SIZE sizeof(Table)
#endif
#ifndef VERSION
#define VERSION 2
#endif
#define KEPT_FRAMES 4096
#ifndef CHANNELS
#define CHANNELS 2
#endif

/* What the instance and its readers share; the last one frees it. */
typedef struct {
    _Atomic float trim;
    atomic_int owners;
} Kept;

static void let_go(void *shared) {
    Kept *kept = shared;
    if (kept != NULL && atomic_fetch_sub(&kept->owners, 1) == 1) free(kept);
}

/* What the instance measures and its readers take; the last one frees it. */
typedef struct {
    _Atomic float peaks[2];
    atomic_int has_news;
    atomic_int owners;
    /* The signal "played": kept while somebody listens. */
    _Atomic float played[2][KEPT_FRAMES];
    atomic_ulong end_frame;
    atomic_int listeners;
    _Atomic float sample_rate_hz;
} Measured;

static void forget(void *shared) {
    Measured *measured = shared;
    if (measured != NULL && atomic_fetch_sub(&measured->owners, 1) == 1) free(measured);
}

typedef struct {
    Kept *kept;
    Measured *measured;
    float gain;
    float offset;
    uint32_t max_block_frames;
    uint32_t num_channels;
    uint32_t num_side_chain_channels;
    uint32_t bar;
    uint32_t longest_block;
    int32_t panicked;
    int32_t told;
#ifdef HELD
    uint8_t keys[128];
#endif
#ifdef DELAY
    float late[2][DELAY];
    uint32_t position;
#endif
} Live;

static void say(const ByteSink *sink, const char *text) {
    sink->write(sink->context, (const uint8_t *)text, strlen(text));
}

static void *create(void) {
#ifdef NO_CREATE
    return NULL;
#else
    Live *live = calloc(1, sizeof(Live));
    live->gain = 0.5f;
    live->measured = calloc(1, sizeof(Measured));
    live->measured->owners = 1;
#ifdef TRIM
    live->kept = calloc(1, sizeof(Kept));
    live->kept->trim = TRIM;
    live->kept->owners = 1;
#endif
    return live;
#endif
}

static void process(void *instance, float **channels, uint32_t num_channels, uint32_t num_samples) {
    Live *live = instance;
    if (live->panicked) return;
    /* What a C++ plugin might do on an exception: note it, and keep out of the way. */
    if (live->gain == 1.0f || num_samples > live->max_block_frames || num_channels != live->num_channels) {
        live->panicked = 1;
        return;
    }
    if (num_samples > live->longest_block) live->longest_block = num_samples;
    float trim = live->kept == NULL ? 1.0f : live->kept->trim;
    for (uint32_t channel = 0; channel < num_channels; channel++) {
        for (uint32_t sample = 0; sample < num_samples; sample++) {
            float heard = channels[channel][sample];
#ifdef DELAY
            float *late = &live->late[channel][(live->position + sample) % DELAY];
            float now = heard;
            heard = *late;
            *late = now;
#endif
            channels[channel][sample] = heard * live->gain * trim + live->offset;
            float played = channels[channel][sample], magnitude = played < 0 ? -played : played;
            if (magnitude > live->measured->peaks[channel]) live->measured->peaks[channel] = magnitude;
        }
    }
    live->measured->has_news = 1;
    if (live->measured->listeners > 0) {
        unsigned long end_frame = live->measured->end_frame;
        for (uint32_t sample = 0; sample < num_samples; sample++, end_frame++) {
            live->measured->played[0][end_frame % KEPT_FRAMES] = channels[0][sample];
            live->measured->played[1][end_frame % KEPT_FRAMES] = channels[num_channels - 1][sample];
        }
        live->measured->end_frame = end_frame;
    }
#ifdef DELAY
    live->position = (live->position + num_samples) % DELAY;
#endif
}

static int32_t process_block(void *instance, const ProcessBlock *block) {
    Live *live = instance;
    if (live->panicked) return STATUS_PANICKED;
    if (block->size < sizeof(ProcessBlock)) return STATUS_REFUSED;
    if (block->num_side_chain_channels != 0 && block->num_side_chain_channels != live->num_side_chain_channels)
        return STATUS_REFUSED;
#ifdef REFUSES_BLOCKS
    return STATUS_REFUSED;
#endif
    if (block->transport != NULL) live->bar = (uint32_t)block->transport->bar_number;
    float *channels[32];
    memcpy(channels, block->channels, block->num_channels * sizeof(float *));
    process(instance, channels, block->num_channels, block->num_samples);
    if (live->panicked) return STATUS_PANICKED;
#ifdef HELD
    for (uint32_t sample = 0, index = 0; sample < block->num_samples; sample++) {
        for (; index < block->num_midi_in; index++) {
            MidiEvent event = block->midi_in[index];
            if (event.frame > block->midi_origin + sample && sample + 1 < block->num_samples) break;
            if ((event.bytes[0] & 0xe0) == 0x80)
                live->keys[event.bytes[1]] = (event.bytes[0] & 0xf0) == 0x90 && event.bytes[2] > 0;
        }
        float level = 0.0f;
        for (uint32_t key = 0; key < 128; key++)
            if (live->keys[key]) level += HELD;
        for (uint32_t channel = 0; channel < block->num_channels; channel++) channels[channel][sample] += level;
    }
#endif
    for (uint32_t channel = 0; channel < block->num_side_chain_channels; channel++)
        for (uint32_t sample = 0; sample < block->num_samples; sample++)
            channels[channel % block->num_channels][sample] += block->side_chain[channel][sample];
    for (uint32_t index = 0; index < block->num_midi_in; index++) {
        MidiEvent event = block->midi_in[index];
        event.frame = event.frame > block->midi_origin ? event.frame - block->midi_origin : 0;
        if (event.frame >= block->num_samples) event.frame = block->num_samples - 1;
        event.bytes[0]++;
        block->midi_out->write(block->midi_out->context, &event, 1);
    }
    return STATUS_OK;
}

static void set_sample_rate(void *instance, float sample_rate_hz) {
    (void)instance, (void)sample_rate_hz;
}

static void reset(void *instance) {
    ((Live *)instance)->longest_block = 0;
}

static int32_t prepare(void *instance, float sample_rate_hz, uint32_t max_block_frames, uint32_t num_channels,
                       uint32_t num_side_chain_channels, const ByteSink *reason) {
    Live *live = instance;
    if (live->panicked) return STATUS_PANICKED;
#ifdef REFUSES
    say(reason, REFUSES);
    return STATUS_REFUSED;
#endif
    if (sample_rate_hz > 192000.0f) {
        say(reason, "no more than ");
        say(reason, "192 kHz");
        return STATUS_REFUSED;
    }
    if (num_channels > CHANNELS) return STATUS_REFUSED;
    live->measured->sample_rate_hz = sample_rate_hz;
    live->max_block_frames = max_block_frames;
    live->num_channels = num_channels;
    live->num_side_chain_channels = num_side_chain_channels;
    return STATUS_OK;
}

static int32_t set_parameters(void *instance, const float *normalized, uint32_t count) {
    Live *live = instance;
    if (live->panicked) return STATUS_PANICKED;
    if (count != 2) return STATUS_REFUSED;
    live->gain = normalized[0];
    live->offset = normalized[1];
    return STATUS_OK;
}

static uint32_t latency_samples(void *instance) {
#ifdef DELAY
    (void)instance;
    return DELAY;
#else
#ifdef LATENCY_IS_BAR
    return ((Live *)instance)->bar;
#else
    return ((Live *)instance)->longest_block;
#endif
#endif
}

static int32_t format_parameter(void *instance, uint32_t index, float normalized, const ByteSink *text) {
    char buffer[32];
    if (((Live *)instance)->panicked) return STATUS_PANICKED;
    if (index > 1) return STATUS_REFUSED;
    snprintf(buffer, sizeof buffer, "%.0f", normalized * 100.0f);
    say(text, buffer);
    say(text, " %");
    return STATUS_OK;
}

static int32_t parse_parameter(void *instance, uint32_t index, const uint8_t *text, size_t length,
                               float *normalized) {
    char buffer[32] = {0}, *end = buffer;
    if (((Live *)instance)->panicked) return STATUS_PANICKED;
    if (index > 1 || length >= sizeof buffer) return STATUS_REFUSED;
    memcpy(buffer, text, length);
    float percent = strtof(buffer, &end);
    if (end == buffer) return STATUS_REFUSED;
    *normalized = percent / 100.0f;
    return STATUS_OK;
}

static int32_t save_state(void *instance, const ByteSink *state) {
    Live *live = instance;
    if (live->panicked) return STATUS_PANICKED;
    state->write(state->context, (const uint8_t *)&live->gain, sizeof(float));
    state->write(state->context, NULL, 0);
    state->write(state->context, (const uint8_t *)&live->offset, sizeof(float));
    return STATUS_OK;
}

static int32_t load_state(void *instance, const uint8_t *state, size_t length, const ByteSink *reason) {
    Live *live = instance;
    if (live->panicked) return STATUS_PANICKED;
#ifdef REFUSES_STATE
    say(reason, REFUSES_STATE);
    return STATUS_REFUSED;
#endif
    if (live->kept != NULL && length == sizeof(float)) {
        float trim;
        memcpy(&trim, state, sizeof trim);
        live->kept->trim = trim;
        return STATUS_OK;
    }
    if (length != 2 * sizeof(float)) {
        /* Latin-1, as a careless author might. */
        say(reason, "eight bytes, not m\xF6re");
        return STATUS_REFUSED;
    }
    memcpy(&live->gain, state, sizeof(float));
    memcpy(&live->offset, state + sizeof(float), sizeof(float));
    return STATUS_OK;
}

static int32_t has_panicked(void *instance) {
    return ((Live *)instance)->panicked;
}

static int32_t take_panic(void *instance, const ByteSink *message) {
    Live *live = instance;
    if (live == NULL) {
        say(message, "out of instances");
        return 1;
    }
    if (!live->panicked || live->told) return 0;
    live->told = 1;
    say(message, "gain went through the roof");
    return 1;
}

static void drop_instance(void *instance) {
    if (instance != NULL) {
        let_go(((Live *)instance)->kept);
        forget(((Live *)instance)->measured);
    }
    free(instance);
}

static void *open_state(void *instance) {
    Kept *kept = ((Live *)instance)->kept;
    if (kept != NULL) atomic_fetch_add(&kept->owners, 1);
    return kept;
}

static int32_t read_state(void *reader, const ByteSink *state) {
    float trim = ((Kept *)reader)->trim;
    state->write(state->context, (const uint8_t *)&trim, sizeof trim);
    return STATUS_OK;
}

static int32_t describe(const ByteSink *description) {
#if defined NO_WORDS
    return STATUS_REFUSED;
#elif defined DESCRIPTION
    char text[4096] = {0};
    FILE *file = fopen(DESCRIPTION, "rb");
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    description->write(description->context, (const uint8_t *)text, length);
    return STATUS_OK;
#else
    say(description, "{\"name\":\"Live\",\"vendor\":\"C\",\"version\":\"1.0\",\"of_tomorrow\":1,\"meters\":[");
    say(description, "{\"id\":\"peak\",\"name\":\"Peak\",\"kind\":\"level\",\"channels\":2}],");
    say(description, "\"signals\":[{\"id\":\"played\",\"name\":\"Played\",\"kind\":\"waveform\",\"channels\":2}]}");
    return STATUS_OK;
#endif
}

static void *open_meters(void *instance) {
#ifdef NO_METERS
    return NULL;
#else
    Measured *measured = ((Live *)instance)->measured;
    atomic_fetch_add(&measured->owners, 1);
    return measured;
#endif
}

static int32_t read_meters(void *reader, float *values, uint32_t count) {
    Measured *measured = reader;
    if (count != 2 || !atomic_exchange(&measured->has_news, 0)) return STATUS_REFUSED;
    for (uint32_t channel = 0; channel < count; channel++) {
        values[channel] = atomic_exchange(&measured->peaks[channel], 0.0f);
    }
    return STATUS_OK;
}

/* A reader is what the instance measures, and whether it listens. */
typedef struct {
    Measured *measured;
    int is_listening;
} Listener;

static void *open_signals(void *instance) {
#ifdef NO_SIGNALS
    return NULL;
#else
    Listener *listener = calloc(1, sizeof(Listener));
    listener->measured = ((Live *)instance)->measured;
    atomic_fetch_add(&listener->measured->owners, 1);
    return listener;
#endif
}

static void listen_to_signal(void *reader, uint32_t index, int32_t is_listening) {
    Listener *listener = reader;
    if (index != 0 || listener->is_listening == (is_listening != 0)) return;
    listener->is_listening = is_listening != 0;
    atomic_fetch_add(&listener->measured->listeners, is_listening ? 1 : -1);
}

static int32_t read_signal(void *reader, uint32_t index, float *left, float *right, uint32_t count,
                           SignalPosition *position) {
    Listener *listener = reader;
    if (index != 0 || !listener->is_listening) return STATUS_REFUSED;
    position->end_frame = listener->measured->end_frame;
    position->sample_rate_hz = listener->measured->sample_rate_hz;
    if (count > position->end_frame || count > KEPT_FRAMES) return STATUS_REFUSED;
    for (uint32_t frame = 0; frame < count; frame++) {
        unsigned long place = (position->end_frame - count + frame) % KEPT_FRAMES;
        left[frame] = listener->measured->played[0][place];
        right[frame] = listener->measured->played[1][place];
    }
    return STATUS_OK;
}

static void close_signals(void *reader) {
    if (reader == NULL) return;
    listen_to_signal(reader, 0, 0);
    forget(((Listener *)reader)->measured);
    free(reader);
}

typedef struct {
    DevProcessorVTableV2 known;
#ifdef MORE
    void (*more[MORE])(void);
#endif
} Table;

static Table table = {{
    SIZE, VERSION, create, process, set_sample_rate, reset, drop_instance, prepare, set_parameters, latency_samples,
    format_parameter,
#ifdef NO_PARSE
    NULL,
#else
    parse_parameter,
#endif
    save_state, load_state, has_panicked, take_panic, open_state, read_state, let_go, describe,
    open_meters, read_meters, forget, process_block, open_signals, listen_to_signal, read_signal, close_signals,
}};

const DevProcessorVTableV2 *wavecraft_dev_processor_v2(void) {
#if defined NO_TABLE
    return NULL;
#elif defined ODD
    return (const DevProcessorVTableV2 *)((const char *)&table + 1);
#else
    return &table.known;
#endif
}
