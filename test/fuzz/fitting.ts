import fc from "fast-check";
import type { Fields, Shape } from "./shape.ts";

const word = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "\u0000", "\u2028", "\ufeff") },
);

/** Any JSON of a few levels, as JSON says it: no -0, and `__proto__` may be a key. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, "", "x", [], {}) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)) },
);

/** Values that a shape takes; where it cannot be told what that is, some that it may take. */
export function fitting(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case "constant":
      return fc.constantFrom(...shape.values);
    case "text":
      return fittingText(shape);
    case "whole":
      return fc.oneof(
        fc.integer({ min: shape.min, max: Math.min(shape.max, shape.min + 200) }),
        fc.constantFrom(shape.min, shape.max),
      );
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "union":
      return fc.oneof(...shape.options.map(fitting));
    case "object":
      return fittingFields(shape.fields);
    case "custom":
      return anyJson;
  }
}

/** An object whose fields all fit; those that may be left out are left out at times. */
export function fittingFields(fields: Fields): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const arbitraries = Object.fromEntries(Object.entries(fields).map(([name, { shape }]) => [name, fitting(shape)]));
  const required = Object.keys(fields).filter((name) => fields[name]?.optional === false);
  return fc.record(arbitraries, { requiredKeys: required, noNullPrototype: true });
}

function fittingText({ min, max, pattern }: Extract<Shape, { readonly type: "text" }>): fc.Arbitrary<unknown> {
  const fits = (text: string): boolean => text.length >= min && text.length <= max && (pattern?.test(text) ?? true);
  // Strings are not made after Unicode properties, but chosen by them.
  if (pattern !== undefined)
    return (pattern.unicode ? word : fc.stringMatching(pattern, { size: "small" })).filter(fits);
  const ends = [min, max].filter((length) => length > 0).map((length) => "x".repeat(length));
  return fc.oneof({ weight: 8, arbitrary: word.filter(fits) }, { weight: 1, arbitrary: fc.constantFrom(...ends) });
}
