import * as v from "valibot";
import {
  type CommandType,
  commandSchemas,
  defaultLimits,
  type ErrorCode,
  type EventType,
  isCommandId,
} from "../../src/actors/wire/mod.ts";

/** The answers a command may get: an event's type, or an error's code behind `error `. */
export type Answer = EventType | `error ${ErrorCode}`;

/** What the server must do about one command. */
export interface Expectation {
  /** The `id` the answer bears; `undefined` for none. */
  readonly id: string | number | undefined;
  /** How many answers there must be: exactly one, at most one (a signal that is done), or any number (files). */
  readonly answers: "one" | "at most one" | "some";
  readonly allowed: ReadonlySet<Answer>;
  /** The command, where it is one. */
  readonly command?: { readonly type: CommandType; readonly room?: string };
}

/** What the protocol lets a good command be answered with, beside `error overloaded` and `error unavailable`. */
const answersOf: Readonly<Partial<Record<string, readonly Answer[]>>> = {
  join: ["joined", "error already_joined", "error room_full", "error forbidden", "error banned"],
  leave: ["left", "error not_joined"],
  message: ["ack", "error not_joined", "error forbidden", "error muted"],
  signal: ["error not_joined", "error forbidden", "error muted"],
  history: ["history", "error not_joined", "error forbidden"],
  // A cursor is opaque to the schema, and may be none that the server gave.
  members: ["members", "error not_joined", "error forbidden", "error bad_command"],
  rooms: ["rooms", "error bad_command"],
  ping: ["pong"],
};

/** Every other command changes or moves something, and a server need not serve it. */
const mayBeServed: readonly Answer[] = [
  "ack",
  "error unknown_type",
  "error bad_command",
  "error unauthorized",
  "error forbidden",
  "error not_joined",
  "error not_found",
  "error too_large",
  "error muted",
];

/** The answers about files, of which there may be several. */
const ofFiles: readonly Answer[] = ["ready", "progress", "file"];

const busy: readonly Answer[] = ["error overloaded", "error unavailable"];
const several: ReadonlySet<string> = new Set(["upload", "download", "cancel"]);

/** What must come of a text frame: expectations of its commands, or the code it is closed with. */
export function expectationsOf(
  text: string,
  form: "v1" | "batch",
): readonly Expectation[] | { readonly close: number } {
  const { batchBytes, batchCommands, commandBytes } = defaultLimits;
  if (Buffer.byteLength(text) > (form === "batch" ? batchBytes : commandBytes)) return { close: 1009 };
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return [refused(undefined, "error bad_json")];
  }
  if (form === "v1") return [expectationOf(said)];
  const all: readonly unknown[] = Array.isArray(said) ? said : [said];
  if (all.length > batchCommands) return { close: 1009 };
  return all.map((one) => {
    const tooLong = Buffer.byteLength(JSON.stringify(one)) > commandBytes;
    return tooLong ? refused(idOf(one), "error bad_command") : expectationOf(one);
  });
}

function idOf(said: unknown): string | number | undefined {
  const { id } = (said ?? {}) as { readonly id?: unknown };
  return isCommandId(id) ? id : undefined;
}

function expectationOf(said: unknown): Expectation {
  if (typeof said !== "object" || said === null || Array.isArray(said)) return refused(undefined, "error bad_command");
  const { type } = said as { readonly type?: unknown };
  const about = idOf(said);
  if (typeof type !== "string") return refused(about, "error bad_command");
  if (!Object.hasOwn(commandSchemas, type)) return refused(about, "error unknown_type");
  const { success, output } = v.safeParse(commandSchemas[type as keyof typeof commandSchemas], said);
  const unserved: readonly Answer[] = type === "chat" || type in answersOf ? [] : ["error unknown_type"];
  if (!success) return refused(about, "error bad_command", ...unserved);
  return {
    id: about,
    answers: output.type === "signal" ? "at most one" : several.has(output.type) ? "some" : "one",
    allowed: new Set([...(answersOf[output.type] ?? [...mayBeServed, ...ofFiles]), ...busy]),
    command: output,
  };
}

function refused(id: string | number | undefined, ...allowed: readonly Answer[]): Expectation {
  return { id, answers: "one", allowed: new Set(allowed) };
}
