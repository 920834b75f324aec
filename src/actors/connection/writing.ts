import type { Format, Frames } from "../wire/mod.ts";
import type { Socket } from "./socket.ts";

/** Events, or bytes that are one binary message. */
export type Part = Frames | Uint8Array;

/** Writes parts of both kinds in their order; events that stand together go in one write. */
export function writeMixed(socket: Socket, parts: readonly Part[], format: Format): undefined {
  let frames: Frames[] = [];
  for (const part of parts) {
    if (isFrames(part)) {
      frames.push(part);
      continue;
    }
    if (frames.length > 0) socket.send(frames, format);
    frames = [];
    socket.sendRaw([part]);
  }
  if (frames.length > 0) socket.send(frames, format);
}

/** What parts hold, without what the wire puts around it. */
export function payloadBytes(parts: readonly Part[]): number {
  let bytes = 0;
  for (const part of parts) bytes += isFrames(part) ? part.payloadBytes : part.length;
  return bytes;
}

function isFrames(part: Part): part is Frames {
  return !(part instanceof Uint8Array);
}
