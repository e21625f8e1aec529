import { expectTypeOf, test } from "vitest";
import type { MeterId, ParameterId } from "../src/index.ts";

test("any text is an id where no page has registered its plugin's", () => {
  expectTypeOf<ParameterId>().toEqualTypeOf<string>();
  expectTypeOf<MeterId>().toEqualTypeOf<string>();
});
