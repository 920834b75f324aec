import type { Reading } from "../actors/files/mod.ts";
import type { Clock } from "../actors/kernel/mod.ts";
import type { ByteRange } from "./byte-range.ts";

/** How many bytes are read at a time. */
const PIECE_BYTES = 65_536;

/** How a file is streamed. */
export interface FileStreamOptions {
  readonly range: ByteRange;
  readonly clock: Clock;
  /** Whoever takes nothing for so long, in ms, is not waited for. */
  readonly idleMs: number;
}

/** A stretch of a file as a stream: read as it is taken, a piece at a time, and closed however it ends. */
export function fileStream(
  reading: Reading,
  { range: { at, length }, clock, idleMs }: FileStreamOptions,
): ReadableStream<Uint8Array> {
  const end = at + length;
  let next = at;
  let takeBack = (): void => undefined;
  let closed = false;

  async function close(): Promise<void> {
    takeBack();
    if (closed) return;
    closed = true;
    await reading.close();
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        takeBack();
        try {
          const piece = await reading.read(next, Math.min(PIECE_BYTES, end - next));
          next += piece.length;
          controller.enqueue(piece);
          if (next < end) {
            takeBack = clock.alarm(clock.now() + idleMs, () => {
              controller.error(new Error("Cannot send a file: nobody takes it"));
              close().catch(() => undefined); // there is nothing more to be done for it
            });
            return;
          }
        } catch (error) {
          await close();
          throw error;
        }
        await close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}
