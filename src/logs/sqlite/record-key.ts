/** A record's key as its table has it: UTF-16, the higher byte first, so that bytes sort as the units do. */
export function keyBytes(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length * 2);
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    bytes[2 * at] = unit >> 8;
    bytes[2 * at + 1] = unit & 0xff;
  }
  return bytes;
}

/** The key that such bytes say. */
export function keyText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    text += String.fromCharCode(((bytes[at] as number) << 8) | (bytes[at + 1] as number));
  }
  return text;
}

/** The first bytes behind everything that begins with a prefix; `undefined`: nothing is behind it. */
export function behindPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const bytes = Uint8Array.from(prefix);
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    if (bytes[at] !== 0xff) {
      bytes[at] = (bytes[at] as number) + 1;
      return bytes.subarray(0, at + 1);
    }
  }
  return undefined;
}
