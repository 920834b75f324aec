import type { Fields, Shape } from "./shape.ts";

/** A command with one field that its schema does not take. */
export interface Misfit {
  readonly type: string;
  readonly field: string;
  /** What is wrong with the field. */
  readonly fault: "missing" | "of the wrong type" | "out of bounds" | "too long" | "malformed";
  readonly command: Readonly<Record<string, unknown>>;
}

/** One value of every type that JSON has. */
const ofEachType: readonly unknown[] = [null, true, 7, "word", [], {}];

/** Every way in which one field of a command can be wrong, as its schema has the fields. */
export function misfitsOf(
  type: string,
  fields: Fields,
  good: Readonly<Record<string, unknown>>,
  takes: (command: Readonly<Record<string, unknown>>) => boolean,
): readonly Misfit[] {
  return Object.entries(fields).flatMap(([field, { shape, optional }]) => {
    const wrong = [
      ...ofEachType.map((value) => ["of the wrong type", value] as const),
      ...beyond(shape).map((value) => ["out of bounds", value] as const),
      ...tooLong(shape).map((value) => ["too long", value] as const),
      ["malformed", "\ud800"] as const,
    ];
    const misfits = wrong.map(
      ([fault, value]): Misfit => ({ type, field, fault, command: { ...good, [field]: value } }),
    );
    if (!optional) {
      const { [field]: _, ...rest } = good;
      misfits.push({ type, field, fault: "missing", command: rest });
    }
    return misfits.filter(({ command }) => !takes(command));
  });
}

const manyKeys: unknown = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`key-${at}`, 0]));

/** Values of the right type past a shape's bounds. */
function beyond(shape: Shape): readonly unknown[] {
  switch (shape.type) {
    case "whole":
      return [shape.min - 1, shape.max + 1, shape.min + 0.5, 1e308, -1e308];
    case "text":
      return ["", " ", "\u0000"];
    case "union":
      return shape.options.flatMap(beyond);
    case "object":
      return [{ ...Object.fromEntries(Object.keys(shape.fields).map((name) => [name, null])) }];
    default:
      return [];
  }
}

function tooLong(shape: Shape): readonly unknown[] {
  if (shape.type === "text") return ["x".repeat(shape.max + 1), "x".repeat(20_000)];
  if (shape.type === "union") return shape.options.flatMap(tooLong);
  if (shape.type === "custom") return ["x".repeat(20_000), nested(40), manyKeys];
  if (shape.type === "object") return [{ padding: "x".repeat(20_000) }];
  return [];
}

function nested(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
