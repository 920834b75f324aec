import * as v from "valibot";
import type { Announced } from "./announced.ts";
import { type Command, type CommandSchemas, type CommandType, commandSchemasFor } from "./commands.ts";
import type { Welcome } from "./events/connection.ts";
import type { ErrorCode, ErrorEvent } from "./events/error.ts";
import type { ServerEvent } from "./events.ts";
import { fitsBytes } from "./json.ts";
import type { Limits } from "./limits.ts";
import { isCommandId, isRoomName } from "./names.ts";
import type { Format } from "./subprotocol.ts";
import { fitsUtf8 } from "./utf8.ts";

export type { Format } from "./subprotocol.ts";

/** What a frame is read against: the commands that are served, the limits, and a frame bound of its own (in bytes). */
export interface DecodeOptions {
  readonly served: ReadonlySet<CommandType>;
  readonly limits: Limits;
  readonly maxBytes?: number;
}

/** A command that can be done. */
export interface Accepted {
  readonly ok: true;
  readonly command: Command;
}

/** A command that cannot be done, and the error that answers it. */
export interface Rejected {
  readonly ok: false;
  readonly tooBig: false;
  readonly problem: ErrorEvent;
}

/** A frame past its bounds, which is answered with a close (1009). */
export interface TooBig {
  readonly ok: false;
  readonly tooBig: true;
}

/** What became of one command of a frame. */
export type Decoded = Accepted | Rejected | TooBig;

type Input = Readonly<Record<string, unknown>>;

/**
 * Reads a text frame from a client: one result for each command in it, in order, or a single {@linkcode TooBig}. It
 * never throws, whatever the text.
 */
export function decode(text: string, format: Format, options: DecodeOptions): readonly Decoded[] {
  const { limits, maxBytes = format === "batch" ? limits.batchBytes : limits.commandBytes } = options;
  if (!fitsUtf8(text, maxBytes)) return [{ ok: false, tooBig: true }];
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return [reject(undefined, "bad_json", "Cannot read the frame: it is not JSON")];
  }
  const schemas = commandSchemasFor(limits);
  if (format === "v1") return [read(said, schemas, options)];
  const batch: readonly unknown[] = Array.isArray(said) ? said : [said];
  if (batch.length > limits.batchCommands) return [{ ok: false, tooBig: true }];
  // A frame that is no larger than one command may be cannot hold a larger one, so most are not measured twice.
  const measured = !fitsUtf8(text, limits.commandBytes);
  return batch.map(function readOne(one: unknown): Decoded {
    if (measured && !fitsBytes(one, limits.commandBytes)) {
      return reject(one, "bad_command", "Cannot read the command: it is too long");
    }
    return read(one, schemas, options);
  });
}

/** Writes an event as JSON; fields that are undefined are left out. */
export function encode(event: ServerEvent): string {
  return JSON.stringify(event);
}

/** Writes the first event of a connection; the limits, which are the same for all, are written as JSON only once. */
export function encodeWelcome(welcome: Omit<Welcome, "limits">, limits: Announced): string {
  let text = limitsTexts.get(limits);
  if (text === undefined) {
    text = JSON.stringify(limits);
    limitsTexts.set(limits, text);
  }
  return `${JSON.stringify(welcome).slice(0, -1)},"limits":${text}}`;
}

const limitsTexts = new WeakMap<Announced, string>();

function read(said: unknown, schemas: CommandSchemas, { served }: DecodeOptions): Decoded {
  if (!isObject(said)) return reject(said, "bad_command", "Cannot read the command: it is not an object");
  const { type } = said;
  if (typeof type !== "string") return reject(said, "bad_command", "Cannot read the command: it has no type", ["type"]);
  if (!Object.hasOwn(schemas, type) || !served.has(type === "chat" ? "message" : (type as CommandType))) {
    return reject(said, "unknown_type", "Cannot read the command: its type is not known here");
  }
  const { success, output, issues } = v.safeParse(schemas[type as keyof CommandSchemas], said, {
    abortPipeEarly: true,
  });
  if (success) return { ok: true, command: output };
  const paths = new Set(issues.map((issue) => v.getDotPath(issue) ?? "type"));
  return reject(said, "bad_command", `Cannot read the ${type} command: see issues`, [...paths]);
}

function reject(said: unknown, code: ErrorCode, message: string, issues?: readonly string[]): Rejected {
  const { id, room }: Input = isObject(said) ? said : {};
  const problem: ErrorEvent = {
    type: "error",
    ...(isCommandId(id) && { id }),
    ...(isRoomName(room) && { room }),
    code,
    message,
    ...(issues !== undefined && { issues }),
  };
  return { ok: false, tooBig: false, problem };
}

function isObject(value: unknown): value is Input {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
