/** Goes before the tests of each file: nothing that is printed meanwhile may hold a secret. */
import { afterEach, expect } from "vitest";
import { Eavesdropper } from "./eavesdropper.ts";

/** Hears what the tests of this file print. */
export const eavesdropper: Eavesdropper = new Eavesdropper();

afterEach(() => {
  expect(eavesdropper.take(), "secrets that were printed").toEqual([]);
});
