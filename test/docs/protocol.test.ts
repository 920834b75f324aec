import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { served } from "../../src/actors/connection/served.ts";
import { closeCodes, commandSchemas, errorCodes, eventSchemas } from "../../src/actors/wire/mod.ts";
import { blocksOf, rowsOf, sectionsOf } from "./markdown.ts";

type Frame = Readonly<Record<string, unknown>> & { readonly type: string };

const page = read("docs/protocol.md");
const parts = new Map(sectionsOf(page, 2).map(({ title, text }) => [title, text]));
const commandParts = sectionsOf(part("Commands"), 3);
const eventParts = sectionsOf(part("Events"), 3);
const commandTypes = Object.keys(commandSchemas);
const eventTypes = Object.keys(eventSchemas);

function part(title: string): string {
  const text = parts.get(title);
  if (text === undefined) throw new Error(`Cannot find "${title}" in docs/protocol.md`);
  return text;
}

/** The frames of a block: one value over all lines, or one a line. */
function framesOf(text: string): Frame[] {
  try {
    return [JSON.parse(text) as Frame | Frame[]].flat();
  } catch {
    return text.split("\n").map((line) => JSON.parse(line) as Frame);
  }
}

function examples(kind: RegExp, text: string): Frame[] {
  return blocksOf(text)
    .filter(({ info }) => kind.test(info))
    .flatMap((block) => framesOf(block.text));
}

/** What a frame looks like once its schema has taken it: fields that the schema does not know are gone. */
function taken(schemas: object, frame: Frame): string[] {
  const schema = (schemas as Readonly<Record<string, v.GenericSchema>>)[frame.type];
  if (schema === undefined) throw new Error(`Cannot check the example: there is no ${frame.type}`);
  return Object.keys(v.parse(schema, frame) as object).toSorted();
}

/** The fields that a schema knows, those of all its variants together. */
function fieldsOf(schema: unknown): string[] {
  const { entries, options } = schema as { readonly entries?: object; readonly options?: readonly unknown[] };
  return [...new Set([...Object.keys(entries ?? {}), ...(options ?? []).flatMap(fieldsOf)])];
}

/** The types of events that the actors write down: what the server says today. */
function said(): string[] {
  const folders = ["src/actors/connection/", "src/actors/room/"];
  const files = folders.flatMap((folder) =>
    readdirSync(fileURLToPath(new URL(`../../${folder}`, import.meta.url)), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => folder + name),
  );
  const types = files.flatMap((file) => [...read(file).matchAll(/\btype: "(\w+)"/g)].map(([, type]) => type as string));
  return eventTypes.filter((type) => types.includes(type));
}

describe("docs/protocol.md", () => {
  const commands = examples(/command/, page).map((frame) => [frame.type, frame] as const);
  const events = examples(/event/, page).map((frame) => [frame.type, frame] as const);

  it.each(commands)("has an example of the command %s that the server would read", (_type, frame) => {
    expect(taken(commandSchemas, frame)).toEqual(Object.keys(frame).toSorted());
  });

  it.each(events)("has an example of the event %s that the server could send", (_type, frame) => {
    expect(taken(eventSchemas, frame)).toEqual(Object.keys(frame).toSorted());
  });

  it("has no example that is checked by nothing", () => {
    const kinds = blocksOf(page).map(({ info }) => info);
    expect(kinds.filter((info) => !/^json (reserved |batch )?(command|event)s?$/.test(info))).toEqual([]);
  });

  it("describes each command that is served, with an example", () => {
    expect(commandParts.map(({ title }) => title).toSorted()).toEqual(
      [...served].map((type) => `\`${type}\``).toSorted(),
    );
    for (const { title, text } of commandParts) {
      const types = examples(/^json command$/, text).map(({ type }) => `\`${type}\``);
      expect(types).toContain(title);
      expect(types.filter((type) => type !== title && type !== "`chat`")).toEqual([]);
    }
  });

  it("describes each event that the server sends, with an example", () => {
    expect(eventParts.map(({ title }) => title).toSorted()).toEqual(
      said()
        .map((type) => `\`${type}\``)
        .toSorted(),
    );
    for (const { title, text } of eventParts) {
      const types = examples(/^json event$/, text).map(({ type }) => `\`${type}\``);
      expect([...new Set(types)]).toEqual([title]);
    }
  });

  it("names each field of what it describes", () => {
    for (const [sections, schemas] of [
      [commandParts, commandSchemas],
      [eventParts, eventSchemas],
    ] as const) {
      for (const { title, text } of sections) {
        const named = rowsOf(text).flatMap(([field = ""]) => [...field.matchAll(/`(\w+)`/g)].map(([, name]) => name));
        const fields = fieldsOf((schemas as Readonly<Record<string, unknown>>)[title.slice(1, -1)]);
        expect([title, named.toSorted()]).toEqual([
          title,
          fields.filter((name) => name !== "type" && name !== "id").toSorted(),
        ]);
      }
    }
  });

  it("marks everything else as reserved, with an example", () => {
    const reserved = part("Reserved");
    const waiting = [
      ...commandTypes.filter((type) => type !== "chat" && !served.has(type as never)),
      ...eventTypes.filter((type) => !said().includes(type)),
    ].toSorted();
    expect(
      examples(/reserved/, reserved)
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(waiting);
    const listed = rowsOf(reserved).flatMap(([types = ""]) => [...types.matchAll(/`(\w+)`/g)].map(([, type]) => type));
    expect(listed.toSorted()).toEqual(waiting);
  });

  it("explains each code of an error once", () => {
    const codes = rowsOf(part("Errors")).flatMap(([names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, code]) => code),
    );
    expect(codes.toSorted()).toEqual([...errorCodes].toSorted());
  });

  it("has the close codes as the server has them", () => {
    const rows = rowsOf(part("Closing")).map(([code, reason, comeBack]) => ({
      code: Number(code),
      reason,
      comeBack: comeBack === "yes",
    }));
    expect(rows).toEqual(Object.values(closeCodes).toSorted((a, b) => a.code - b.code));
  });
});
