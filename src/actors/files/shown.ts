/** How many of a file's first bytes say what it is. */
export const TIP_BYTES = 512;

/** Media types that a browser shows without running anything in them, and what files of them begin with. */
const inert: Readonly<Record<string, (tip: Uint8Array, latin: string) => boolean>> = {
  "image/png": (_, latin) => latin.startsWith("\x89PNG\r\n\x1a\n"),
  "image/jpeg": (_, latin) => latin.startsWith("\xff\xd8\xff"),
  "image/gif": (_, latin) => /^GIF8[79]a/.test(latin),
  "image/webp": (_, latin) => /^RIFF[^]{4}WEBP/.test(latin),
  "image/avif": (_, latin) => /^[^]{4}ftypavi[fs]/.test(latin),
  "video/mp4": (_, latin) => /^[^]{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |dash|msnv)/.test(latin),
  "audio/mpeg": (tip, latin) => latin.startsWith("ID3") || (tip[0] === 0xff && ((tip[1] ?? 0) & 0xe6) === 0xe2),
  "audio/ogg": (_, latin) => latin.startsWith("OggS"),
  // Control characters other than those of lines and pages are in no text (WHATWG MIME Sniffing, 5).
  "text/plain": (tip) => tip.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b),
};

/**
 * The media type under which a browser may show a file in place: the one it claims, where that is on the short list of
 * inert ones and its first bytes agree. `undefined`: it may only be saved.
 */
export function shownAs(media: string, tip: Uint8Array): string | undefined {
  const claimed = media.toLowerCase();
  if (!Object.hasOwn(inert, claimed)) return undefined;
  const latin = String.fromCharCode(...tip.subarray(0, 32));
  if (inert[claimed]?.(tip, latin) !== true) return undefined;
  return claimed === "text/plain" ? "text/plain; charset=utf-8" : claimed;
}
