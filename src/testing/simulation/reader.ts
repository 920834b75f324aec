import { eventSchemas, type Format, type ServerEvent } from "../../actors/wire/mod.ts";

/** What a text frame says; `problem` where it breaks the protocol. */
export interface Reading {
  readonly events: readonly ServerEvent[];
  readonly problem: string | undefined;
}

/** Reads frames from the server and holds each event against its schema. Frames that many receive are read once. */
export class Reader {
  readonly #readings: Record<Format, Map<string, Reading>> = { v1: new Map(), batch: new Map() };

  read(text: string, format: Format): Reading {
    const known = this.#readings[format].get(text);
    if (known !== undefined) return known;
    const reading = readFrame(text, format);
    this.#readings[format].set(text, reading);
    return reading;
  }
}

function readFrame(text: string, format: Format): Reading {
  const said: unknown = JSON.parse(text);
  const events: readonly unknown[] = format === "batch" && Array.isArray(said) ? said : [said];
  if (format === "batch" && !Array.isArray(said)) return { events: [], problem: "not an array" };
  for (const event of events) {
    const { type } = event as ServerEvent;
    const schema = Object.hasOwn(eventSchemas, type) ? eventSchemas[type] : undefined;
    if (schema === undefined) return { events: [], problem: `an event of type ${type}` };
    // Every schema has this (standardschema.dev), so that whoever holds one needs no library to ask it.
    const verdict = schema["~standard"].validate(event);
    if (verdict instanceof Promise || verdict.issues === undefined) continue;
    return { events: [], problem: `${type}: ${verdict.issues.map(({ message }) => message).join(", ")}` };
  }
  return { events: events as readonly ServerEvent[], problem: undefined };
}
