/** A stretch of bytes: from the one at `at` on, `length` of them. */
export interface ByteRange {
  readonly at: number;
  readonly length: number;
}

/**
 * Reads a `Range` of `size` bytes (RFC 9110 §14.2).
 *
 * @returns `undefined` where everything is to be sent: it is none, of other units, or of several ranges, which a server may
 * pass over; `"beyond"` where nothing of it is there.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | "beyond" | undefined {
  const [, first = "", last = ""] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(size, Number(last));
    return length === 0 ? "beyond" : { at: size - length, length };
  }
  const at = Number(first);
  const end = last === "" ? size - 1 : Math.min(size - 1, Number(last));
  if (last !== "" && Number(last) < at) return undefined;
  return at >= size ? "beyond" : { at, length: end - at + 1 };
}
