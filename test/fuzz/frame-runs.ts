import fc from "fast-check";
import { closeFrame, frame } from "../contract/raw.ts";

/** One frame as it goes over the wire, and what a reader by RFC 6455 makes of it. */
export interface Piece {
  readonly opcode: number;
  readonly fin: boolean;
  readonly masked: boolean;
  readonly reserved: number;
  readonly payload: Buffer;
}

/** Some frames that follow each other, or bytes that are none. */
export type FrameRun =
  | { readonly type: "frames"; readonly pieces: readonly Piece[] }
  | { readonly type: "bytes"; readonly bytes: Buffer };

const text = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom('{"type":"ping"}', '{"type":"ping","id":1}', "", "{", "\u20ac\u{1f600}") },
    { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 60 }) },
  )
  .map((said) => Buffer.from(said));
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const flag = (odds: number): fc.Arbitrary<boolean> => fc.nat({ max: odds }).map((value) => value !== 0);

function piece(opcode: fc.Arbitrary<number>, payload: fc.Arbitrary<Buffer>, fin = flag(12)): fc.Arbitrary<Piece> {
  const reserved = fc.oneof(
    { weight: 40, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 7 }) },
  );
  return fc.record({ opcode, payload, fin, masked: flag(60), reserved }, { noNullPrototype: true });
}

const closing = fc
  .tuple(
    fc.oneof(fc.constantFrom(1000, 1001, 1005, 1006, 1011, 1015, 2999, 3000, 4999, 5000), fc.nat({ max: 65_535 })),
    text,
  )
  .map(([code, reason]) => Buffer.concat([Buffer.of(code >> 8, code & 255), reason.subarray(0, 100)]));

const pieces = fc.oneof(
  { weight: 10, arbitrary: piece(fc.constant(1), text) },
  { weight: 4, arbitrary: piece(fc.constant(1), text, flag(2)) },
  { weight: 5, arbitrary: piece(fc.constant(0), text, flag(2)) },
  { weight: 2, arbitrary: piece(fc.constant(1), bytes) },
  { weight: 1, arbitrary: piece(fc.constant(2), bytes) },
  { weight: 5, arbitrary: piece(fc.constantFrom(9, 10), bytes, fc.constant(true)) },
  { weight: 1, arbitrary: piece(fc.constantFrom(8, 9, 10), fc.oneof(bytes, closing), flag(4)) },
  {
    weight: 1,
    arbitrary: piece(fc.constant(9), fc.constantFrom(Buffer.alloc(125), Buffer.alloc(126), Buffer.alloc(200))),
  },
  { weight: 1, arbitrary: piece(fc.integer({ min: 3, max: 15 }), bytes) },
);

/** Runs of frames that are good, nearly good and bad, and random bytes. */
export const frameRuns: fc.Arbitrary<FrameRun> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .array(pieces, { minLength: 1, maxLength: 6 })
      .map((list): FrameRun => ({ type: "frames", pieces: list })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 300 })
      .map((array): FrameRun => ({ type: "bytes", bytes: Buffer.from(array) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(closing, fc.uint8Array({ maxLength: 30 }))
      .map(([body, rest]): FrameRun => ({ type: "bytes", bytes: Buffer.concat([frame(body, { opcode: 8 }), rest]) })),
  },
  { weight: 1, arbitrary: fc.constant<FrameRun>({ type: "bytes", bytes: closeFrame(1000).subarray(0, 3) }) },
);

/** The bytes of a run. */
export function bytesOf(run: FrameRun): Buffer {
  if (run.type === "bytes") return run.bytes;
  return Buffer.concat(run.pieces.map(({ payload, ...options }) => frame(payload, options)));
}
