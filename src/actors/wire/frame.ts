import { defaultLimits } from "./limits.ts";
import type { Format } from "./subprotocol.ts";
import { utf8Bytes } from "./utf8.ts";

const encoder = new TextEncoder();

/** Room for the commas and brackets of an array, and for a frame's header. */
const SLACK_BYTES = 16;

/**
 * Encoded events on their way to clients: made ready for the wire once per format, however many read them.
 *
 * A transport takes them as text messages or, where it can write to the connection itself, as one run of bytes.
 */
export class Frames {
  /** The events, each as JSON. */
  readonly texts: readonly string[];
  /** What they hold in UTF-8, with some room for what a format puts around them. */
  readonly bytes: number;
  #arrays: readonly string[] | undefined;
  readonly #wires: Partial<Record<Format, Uint8Array>> = {};
  #put = false;

  constructor(texts: readonly string[]) {
    this.texts = texts;
    let bytes = 0;
    for (const text of texts) bytes += utf8Bytes(text) + SLACK_BYTES;
    this.bytes = bytes;
  }

  /** What the events alone hold in UTF-8. */
  get payloadBytes(): number {
    return this.bytes - this.texts.length * SLACK_BYTES;
  }

  /** The text messages that carry the events: one each, or arrays of them that keep to the bound of a frame. */
  messages(format: Format): readonly string[] {
    if (format === "v1") return this.texts;
    this.#arrays ??= arraysOf(this.texts);
    return this.#arrays;
  }

  /** The same as unmasked WebSocket text frames (RFC 6455 §5.2), one behind the other. */
  wire(format: Format): Uint8Array {
    let wire = this.#wires[format];
    if (wire === undefined) {
      wire = joined(this.messages(format), this.bytes);
      this.#wires[format] = wire;
    }
    return wire;
  }

  /** Writes the same bytes into `target` at `at`, which has room for them; answers where they end. */
  put(target: Uint8Array, at: number, format: Format): number {
    // What is written more than once is many members': from the second time on it is framed once for all of them.
    const wire = this.#put ? this.wire(format) : this.#wires[format];
    this.#put = true;
    if (wire !== undefined) {
      target.set(wire, at);
      return at + wire.length;
    }
    let end = at;
    for (const message of this.messages(format)) end = putFrame(target, end, message);
    return end;
  }
}

function arraysOf(texts: readonly string[]): readonly string[] {
  if (texts.length === 1) return [`[${texts[0]}]`];
  const arrays: string[] = [];
  let from = 0;
  let bytes = 0;
  for (const [at, text] of texts.entries()) {
    const more = utf8Bytes(text) + 1;
    if (at > from && bytes + more + SLACK_BYTES > defaultLimits.eventBytes) {
      arrays.push(`[${texts.slice(from, at).join(",")}]`);
      from = at;
      bytes = 0;
    }
    bytes += more;
  }
  if (from < texts.length) arrays.push(`[${texts.slice(from).join(",")}]`);
  return arrays;
}

function joined(messages: readonly string[], bytes: number): Uint8Array {
  const wire = new Uint8Array(bytes + messages.length * SLACK_BYTES);
  let at = 0;
  for (const message of messages) at = putFrame(wire, at, message);
  return wire.subarray(0, at);
}

/** Writes one final, unmasked text frame at `at`; answers where it ends. */
function putFrame(wire: Uint8Array, at: number, text: string): number {
  // Most texts are ASCII, as long in bytes as in units; where that was wrong, the header has another length, too.
  let head = headBytes(text.length);
  let { written } = encoder.encodeInto(text, wire.subarray(at + head));
  if (headBytes(written) !== head) {
    head = headBytes(written);
    ({ written } = encoder.encodeInto(text, wire.subarray(at + head)));
  }
  wire[at] = 0x81;
  if (head === 2) wire[at + 1] = written;
  else if (head === 4) {
    wire[at + 1] = 126;
    wire[at + 2] = written >> 8;
    wire[at + 3] = written & 255;
  } else {
    wire[at + 1] = 127;
    new DataView(wire.buffer, wire.byteOffset).setBigUint64(at + 2, BigInt(written));
  }
  return at + head + written;
}

/** How many bytes the header of an unmasked frame takes. */
function headBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}
