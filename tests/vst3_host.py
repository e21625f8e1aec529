"""Runs audio through a VST3 plugin in pedalboard, as a job file says, and reports what happened.

Usage: vst3_host.py BUNDLE JOB

The job is JSON: "input", a file of mono 32-bit floats that goes to both channels, or "key", which is held for a second
on an instrument; "output", where the left channel goes; "block_frames"; optionally "state", a file with a state to load
first, and "values", normalized values by name.
The report, on standard output, is JSON: the parameters' values and texts, and whether both channels came out alike.
The state is saved to "state_output".
"""

import json
import sys

import numpy
import pedalboard

SAMPLE_RATE_HZ = 48_000


def main(bundle, job_path):
    with open(job_path, encoding="utf-8") as file:
        job = json.load(file)
    plugin = pedalboard.load_plugin(bundle)
    if "state" in job:
        with open(job["state"], "rb") as file:
            plugin.raw_state = file.read()
    by_name = {parameter.name: parameter for parameter in plugin.parameters.values()}
    for name, value in job.get("values", {}).items():
        by_name[name].raw_value = value

    output = hold_key(plugin, job) if "key" in job else process_file(plugin, job)
    output[0].astype(numpy.float32).tofile(job["output"])
    with open(job["state_output"], "wb") as file:
        file.write(plugin.raw_state)
    report = {
        "name": plugin.name,
        "values": {name: parameter.raw_value for name, parameter in by_name.items()},
        "texts": {name: parameter.string_value for name, parameter in by_name.items()},
        "frames": output.shape[1],
        "channels_alike": bool(numpy.array_equal(output[0], output[1])),
    }
    json.dump(report, sys.stdout)


def process_file(plugin, job):
    # Values reach a VST3 plugin with the first block that it processes, and glide from there: let them arrive.
    plugin.process(numpy.zeros((2, SAMPLE_RATE_HZ), numpy.float32), SAMPLE_RATE_HZ, reset=False)

    mono = numpy.fromfile(job["input"], dtype=numpy.float32)
    return plugin.process(
        numpy.stack([mono, mono]), SAMPLE_RATE_HZ, buffer_size=job["block_frames"], reset=True
    )


def hold_key(plugin, job):
    note_on = (bytes([0x90, job["key"], 127]), 0.0)
    return plugin.process([note_on], 1.0, SAMPLE_RATE_HZ, buffer_size=job["block_frames"])


if __name__ == "__main__":
    main(*sys.argv[1:])
