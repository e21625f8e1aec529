import type { Parameter, ParameterInfo } from "@wavecraft/core";
import { beforeEach, describe, expect, test } from "vitest";
import { ValueGesture } from "../src/control/value-gesture.ts";
import { CHARACTER, GAIN, type Recording } from "./recorded-control.ts";

let recording: Recording;
beforeEach(() => {
  recording = [];
});

function control(info: ParameterInfo, value = info.value): Parameter {
  const note = (what: string) => () => void recording.push(`${what} ${info.id}`);
  return {
    info,
    value,
    text: "",
    begin: note("begin"),
    change: (changed) => void recording.push(changed),
    end: note("end"),
    reset: note("reset"),
    enter: async () => true,
  };
}

test("those who overlap take part in one gesture", () => {
  const gesture = new ValueGesture(control(GAIN));
  gesture.hold("pointer");
  gesture.hold("wheel");
  gesture.hold("wheel");
  gesture.release("pointer");
  gesture.moveTo(0.75);
  gesture.release("wheel");
  gesture.release("wheel");
  expect(recording).toEqual(["begin gain", 0.75, "end gain"]);
});

test("another parameter in its place ends the gesture on the old one", () => {
  const gesture = new ValueGesture(control(GAIN));
  gesture.hold("pointer");
  gesture.follow(control(CHARACTER));
  gesture.release("pointer");
  expect(recording).toEqual(["begin gain", "end gain"]);
});

test("a newer version of the control does not disturb a gesture", () => {
  const gesture = new ValueGesture(control(GAIN));
  gesture.hold("pointer");
  gesture.moveBy(0.1, false);
  // The plugin's own view comes late, and must not pull the movement back.
  gesture.follow(control(GAIN, 0.5));
  gesture.moveBy(0.1, false);
  gesture.release("pointer");
  expect(recording).toEqual(["begin gain", 0.6, 0.7, "end gain"]);
});

test("a reset is a gesture of its own", () => {
  const gesture = new ValueGesture(control(GAIN));
  gesture.hold("pointer");
  gesture.reset();
  gesture.release("pointer");
  expect(recording).toEqual(["begin gain", "end gain", "reset gain"]);
});

describe("movement", () => {
  test("the same value is not sent twice", () => {
    const gesture = new ValueGesture(control(GAIN, 1));
    gesture.hold("pointer");
    gesture.moveBy(0.2, false);
    gesture.release("pointer");
    expect(recording).toEqual(["begin gain", "end gain"]);
  });

  test("turning round beyond the end answers at once", () => {
    const gesture = new ValueGesture(control(GAIN, 0.9));
    gesture.hold("pointer");
    gesture.moveBy(0.5, false);
    gesture.moveBy(-0.25, false);
    expect(recording).toEqual(["begin gain", 1, 0.75]);
  });

  test("small movements add up to a step", () => {
    const gesture = new ValueGesture(control(CHARACTER));
    gesture.hold("pointer");
    for (let movement = 0; movement < 5; movement += 1) {
      gesture.moveBy(0.04, false);
    }
    expect(recording).toEqual(["begin character", 1 / 3]);
  });

  test("parts of a wheel's notches add up to a step", () => {
    const gesture = new ValueGesture(control(CHARACTER));
    gesture.hold("wheel");
    for (let event = 0; event < 5; event += 1) {
      gesture.moveByNotches(0.25, true);
    }
    expect(recording).toEqual(["begin character", 1 / 3]);
  });
});
