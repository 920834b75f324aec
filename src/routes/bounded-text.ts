/**
 * Reads the body of a request as text, up to so many bytes: once it is known who asks, so that of others nothing is
 * kept or waited for.
 *
 * @returns `undefined` where it is longer.
 */
export async function boundedText({ body, headers }: Request, maxBytes: number): Promise<string | undefined> {
  if (Number(headers.get("content-length") ?? 0) > maxBytes) return undefined;
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
