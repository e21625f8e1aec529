/*
 * Version 1 alone: halves what it hears, and adds one hundredth for each reset since the last sample rate.
 *
 * LOG       a file that gets a line for each call that is not real-time
 * VERSION   what the table says it is
 * MORE      how many bytes the table has after version 1's
 * NO_RESET  leaves that function out
 * NO_CREATE returns no instance
 * SLOW_EVERY one block in so many takes 300 ms
 */
#define _POSIX_C_SOURCE 199309L
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef VERSION
#define VERSION 1
#endif

typedef struct {
    float offset;
    float gain;
    unsigned long blocks;
} Half;

static void note(const char *what) {
#ifdef LOG
    FILE *file = fopen(LOG, "a");
    fprintf(file, "%s\n", what);
    fclose(file);
#else
    (void)what;
#endif
}

static void *create(void) {
    note("create");
#ifdef NO_CREATE
    return NULL;
#else
    return calloc(1, sizeof(Half));
#endif
}

static void process(void *instance, float **channels, uint32_t num_channels, uint32_t num_samples) {
    Half *half = instance;
    half->blocks++;
#ifdef SLOW_EVERY
    if (half->blocks % SLOW_EVERY == 0) {
        struct timespec time = {0, 300 * 1000 * 1000};
        nanosleep(&time, NULL);
    }
#endif
    for (uint32_t channel = 0; channel < num_channels; channel++) {
        for (uint32_t sample = 0; sample < num_samples; sample++) {
            channels[channel][sample] = channels[channel][sample] * half->gain + half->offset;
        }
        /* The array is the caller's, but nothing forbids it. */
        channels[channel] = NULL;
    }
}

static void set_sample_rate(void *instance, float sample_rate_hz) {
    Half *half = instance;
    note(sample_rate_hz == 44100.0f ? "44100 Hz" : "another rate");
    half->gain = 0.5f;
    half->offset = 0.0f;
}

static void reset(void *instance) {
    Half *half = instance;
    half->offset += 0.01f;
}

static void drop(void *instance) {
    note("drop");
    free(instance);
}

#ifdef MORE
typedef struct {
    DevProcessorVTable known;
    unsigned char more[MORE];
} Table;
#else
typedef DevProcessorVTable Table;
#endif

Table wavecraft_dev_create_processor(void) {
    Table table;
    DevProcessorVTable known = {VERSION, create, process, set_sample_rate, reset, drop};
#ifdef NO_RESET
    known.reset = NULL;
#endif
#ifdef MORE
    memset(&table, 0xAA, sizeof table);
#endif
    memcpy(&table, &known, sizeof known);
    return table;
}
