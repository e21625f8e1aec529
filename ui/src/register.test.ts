import type { ParameterId } from "@wavecraft/core";
import type { useParameter } from "@wavecraft/core/react";
import { expectTypeOf, test } from "vitest";

type Id = Parameters<typeof useParameter>[0];

test("an id that the plugin does not have is a type error", () => {
  expectTypeOf<Id>().toEqualTypeOf<ParameterId>();
  expectTypeOf<"input_gain">().toExtend<Id>();
  expectTypeOf<string>().not.toExtend<Id>();
  // @ts-expect-error: two letters have changed places.
  const id: Id = "input_gian";
  void id;
});
