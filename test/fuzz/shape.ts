/** The fields of an object, as its schema has them. */
export type Fields = Readonly<Record<string, { readonly shape: Shape; readonly optional: boolean }>>;

/** What a schema takes, as far as it can be told by looking at it. */
export type Shape =
  | { readonly type: "constant"; readonly values: readonly unknown[] }
  | { readonly type: "text"; readonly min: number; readonly max: number; readonly pattern?: RegExp }
  | { readonly type: "whole"; readonly min: number; readonly max: number }
  | { readonly type: "number" }
  | { readonly type: "union"; readonly options: readonly Shape[] }
  | { readonly type: "object"; readonly fields: Fields }
  /** Judged by a function: any JSON. */
  | { readonly type: "custom" };

/** What is read of a Valibot schema, and of what stands behind it in a pipe. */
interface Part {
  readonly kind: "schema" | "validation" | "transformation" | "metadata";
  readonly type: string;
  readonly requirement?: unknown;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly wrapped?: Part;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly pipe?: readonly Part[];
}

/** The longest text that a schema without a bound is tried with. */
const LONGEST = 1_000;

/** Reads what a Valibot schema takes; a kind of schema that is not known here throws, so that none is left out. */
export function shapeOf(schema: unknown): Shape {
  const part = schema as Part;
  const actions = flat(part).filter(({ kind }) => kind === "validation");
  const bound = (type: string): number | undefined =>
    actions.findLast((action) => action.type === type)?.requirement as number | undefined;
  switch (part.type) {
    case "literal":
      return { type: "constant", values: [part.literal] };
    case "boolean":
      return { type: "constant", values: [true, false] };
    case "picklist":
      return { type: "constant", values: part.options ?? [] };
    case "string": {
      const pattern = bound("regex") as RegExp | undefined;
      const text = { type: "text", min: bound("min_length") ?? 0, max: bound("max_length") ?? LONGEST } as const;
      return pattern === undefined ? text : { ...text, pattern };
    }
    case "number":
      if (!actions.some(({ type }) => type === "safe_integer")) return { type: "number" };
      return { type: "whole", min: bound("min_value") ?? 0, max: bound("max_value") ?? Number.MAX_SAFE_INTEGER };
    case "union":
      return { type: "union", options: (part.options ?? []).map(shapeOf) };
    case "object":
      return { type: "object", fields: fieldsOf(part.entries ?? {}) };
    case "custom":
      return { type: "custom" };
    default:
      throw new Error(`Cannot read a schema of the type ${part.type}: it is not known here`);
  }
}

/** Reads the fields of a command's schema, its `type` left out. */
export function commandFields(schema: unknown): Fields {
  const shape = shapeOf(schema);
  if (shape.type !== "object") throw new Error(`Cannot read a command: its schema is a ${shape.type}`);
  const { type: _, ...fields } = shape.fields;
  return fields;
}

function fieldsOf(entries: Readonly<Record<string, Part>>): Fields {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => {
      const optional = entry.type === "exact_optional" || entry.type === "optional";
      return [name, { shape: shapeOf(optional ? entry.wrapped : entry), optional }];
    }),
  );
}

/** A pipe's parts, with those of the pipes that begin it. */
function flat(part: Part): readonly Part[] {
  return (part.pipe ?? []).flatMap((each, at) => (at === 0 && each.pipe !== undefined ? flat(each) : [each]));
}
