import fc from "fast-check";
import { commandSchemas } from "../../src/actors/wire/mod.ts";
import { anyJson, fittingFields } from "./fitting.ts";
import { commandFields, type Fields } from "./shape.ts";

type Said = Readonly<Record<string, unknown>>;

/** The rooms that most commands are about, so that they meet somebody. */
export const rooms: readonly string[] = ["lobby", "fuzz-1", "fuzz-2", "constructor"];

const anyRoom = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...rooms) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, { size: "small" }) },
);

/** Commands of one type as its schema has them, about the rooms above. */
function commandsOf(type: string, schema: unknown): fc.Arbitrary<Said> {
  const fields: Fields = commandFields(schema);
  const plain = fittingFields(fields).map((said): Said => ({ ...said, type }));
  if (!("room" in fields)) return plain;
  return fc
    .tuple(plain, fc.option(anyRoom, { freq: 8 }))
    .map(([said, room]): Said => (room === null ? said : { ...said, room }));
}

/** What a client of good will says most, said most. */
const weights: Readonly<Record<string, number>> = { join: 6, leave: 4, message: 8, signal: 3, history: 2, ping: 3 };

const valid = fc.oneof(
  ...Object.entries(commandSchemas).map(([type, schema]) => ({
    weight: weights[type] ?? 1,
    arbitrary: commandsOf(type, schema),
  })),
);

/** A valid command with a field replaced, dropped or added. */
const nearlyValid = fc
  .tuple(valid, fc.nat(), anyJson, fc.constantFrom("replace", "drop", "add"))
  .map(([said, at, value, how]): Said => {
    const names = Object.keys(said);
    const name = names[at % names.length] as string;
    if (how === "replace") return { ...said, [name]: value };
    if (how === "add") return { ...said, [at % 2 === 0 ? "later" : "__proto__"]: value };
    const { [name]: _, ...rest } = said;
    return rest;
  });

const said = fc.oneof({ weight: 6, arbitrary: valid }, { weight: 4, arbitrary: nearlyValid });

/** A command's text with some of it cut out, doubled or put in between. */
const mutated = fc
  .tuple(
    said,
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.constantFrom("", '"', "}", "{", "[", ",", "\\", "\u0000", "\ud800", "1e9"),
  )
  .map(([command, from, length, put]) => {
    const text = JSON.stringify(command);
    const at = from % text.length;
    return text.slice(0, at) + put + text.slice(at + length);
  });

const random = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.json({ maxDepth: 5 }));

/** Larger than a command may be: the only text that ends the connection. */
const tooBig = fc.constantFrom(`{"type":"ping","padding":"${"x".repeat(65_600)}"}`);

/** What a client may send as the text of one command: valid, nearly valid, mutated, random and too big. */
export const commandTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 5_000, arbitrary: said.map((command) => JSON.stringify(command)) },
  { weight: 1_200, arbitrary: mutated },
  { weight: 600, arbitrary: random },
  { weight: 1, arbitrary: tooBig },
);
