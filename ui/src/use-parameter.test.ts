import { useParameter as useAnyParameter } from "@wavecraft/core/react";
import { expect, expectTypeOf, test } from "vitest";
import { useParameter } from "./use-parameter.ts";

type Id = Parameters<typeof useParameter>[0];

test("an id that the plugin does not have is a type error, and nothing else is different", () => {
  expectTypeOf<"input_gain">().toExtend<Id>();
  expectTypeOf<"input_gian">().not.toExtend<Id>();
  expectTypeOf<string>().not.toExtend<Id>();
  expect(useParameter).toBe(useAnyParameter);
});
