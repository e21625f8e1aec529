"""Runs audio through a VST3 plugin in pedalboard, as a job file says, and reports what happened.

Usage: vst3_host.py BUNDLE JOB

The job is JSON: "input", a file of mono 32-bit floats that goes to both channels, or "key", which is held for a second
on an instrument; "output", where the left channel goes; "block_frames"; optionally "state", a file with a state to load
first, "preset", a .vstpreset to load first, and "values", normalized values by name.
The report, on standard output, is JSON: the parameters' values and texts, what a host shows of each parameter, whether both channels came out alike, and how far
a second pass, after a reset, differs from the first.
The state is saved to "state_output", and as a .vstpreset to "preset_output" if there is one.
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
    if "preset" in job:
        plugin.load_preset(job["preset"])
        # JUCE does not ask for the values anew after a preset, as it does after a state.
        plugin.raw_state = plugin.raw_state
    by_name = {parameter.name: parameter for parameter in plugin.parameters.values()}
    for name, value in job.get("values", {}).items():
        by_name[name].raw_value = value

    output, again = hold_key(plugin, job) if "key" in job else process_file(plugin, job)
    output[0].astype(numpy.float32).tofile(job["output"])
    with open(job["state_output"], "wb") as file:
        file.write(plugin.raw_state)
    if "preset_output" in job:
        with open(job["preset_output"], "wb") as file:
            file.write(plugin.preset_data)
    report = {
        "name": plugin.name,
        "values": {name: parameter.raw_value for name, parameter in by_name.items()},
        "texts": {name: parameter.string_value for name, parameter in by_name.items()},
        "parameters": {name: described(parameter) for name, parameter in by_name.items()},
        "frames": output.shape[1],
        "channels_alike": bool(numpy.array_equal(output[0], output[1])),
        "passes_differ_by": float(numpy.abs(output - again).max()),
    }
    json.dump(report, sys.stdout)


def described(parameter):
    """What a host shows and does that puts text and unit side by side."""
    # pedalboard itself guesses units from the texts.
    with parameter._AudioProcessorParameter__get_cpp_parameter() as native:
        return {
            "shown": [native.get_text_for_raw_value(step / 8) + native.label for step in range(9)],
            "values": native.num_steps,
            "default": native.default_raw_value,
            "is_automatable": native.is_automatable,
        }


def process_file(plugin, job):
    mono = numpy.fromfile(job["input"], dtype=numpy.float32)

    def play():
        return plugin.process(
            numpy.stack([mono, mono]), SAMPLE_RATE_HZ, buffer_size=job["block_frames"], reset=True
        )

    return play(), play()


def hold_key(plugin, job):
    def play():
        note_on = (bytes([0x90, job["key"], 127]), 0.0)
        return plugin.process([note_on], 1.0, SAMPLE_RATE_HZ, buffer_size=job["block_frames"])

    return play(), play()


if __name__ == "__main__":
    main(*sys.argv[1:])
