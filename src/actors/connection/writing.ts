import type { Format, Frames } from "../wire/mod.ts";
import type { Socket } from "./socket.ts";

/** Events, or bytes that are one binary message. */
export type Part = Frames | Uint8Array;

/** Writes parts in their order; events that stand together go in one write. */
export function write(socket: Socket, parts: readonly Part[], format: Format): undefined {
  if (parts.every(isFrames)) {
    socket.send(parts, format);
    return;
  }
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

function isFrames(part: Part): part is Frames {
  return !(part instanceof Uint8Array);
}
