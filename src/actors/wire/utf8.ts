/** Whether a text takes at most `maxBytes` bytes in UTF-8 (RFC 3629); a lone surrogate counts as the three of U+FFFD. */
export function fitsUtf8(text: string, maxBytes: number): boolean {
  // One UTF-16 unit takes one to three bytes, so most texts are decided by their length alone.
  if (text.length > maxBytes) return false;
  if (text.length * 3 <= maxBytes) return true;
  return utf8Bytes(text) <= maxBytes;
}

/** How many bytes a text takes in UTF-8 (RFC 3629); a lone surrogate counts as the three of U+FFFD. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (leadsPair(text, index)) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** Whether the UTF-16 unit at `index` is the first half of a surrogate pair (Unicode 3.9, D75). */
export function leadsPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
}
