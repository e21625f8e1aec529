import { expect, test } from "vitest";
import { firstError } from "../src/notice/first-error.ts";

test("the first error is taken with its explanation, without what comes before and after", () => {
  const output = [
    "warning: unused variable",
    " --> src/dsp.rs:1:1",
    "",
    "error[E0308]: mismatched types",
    "  --> src/dsp.rs:8:24",
    "   |",
    "   = note: expected `f32`",
    "",
    "error: aborting due to 1 previous error",
  ].join("\n");
  expect(firstError(output)).toBe(
    ["error[E0308]: mismatched types", "  --> src/dsp.rs:8:24", "   |", "   = note: expected `f32`"].join(
      "\n",
    ),
  );
});

test("an error at the very end is complete", () => {
  expect(firstError("warning: a\n\nerror: no such file\n  caused by b\n")).toBe(
    "error: no such file\n  caused by b",
  );
});

test("output without an error that it knows is shown as it is", () => {
  expect(firstError("\nlinker killed\n")).toBe("linker killed");
});
