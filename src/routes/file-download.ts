import type { Context } from "hono";
import type { Files } from "../actors/files/mod.ts";
import type { Clock } from "../actors/kernel/mod.ts";
import { byteRange } from "./byte-range.ts";
import { fileStream } from "./file-stream.ts";
import { problem } from "./problem.ts";

/** How files are handed out. */
export interface DownloadOptions {
  readonly files: Files;
  readonly clock: Clock;
  /** Whoever takes nothing for so long, in ms, is not waited for. */
  readonly idleMs: number;
}

/** What a page may not do that a file is shown as, whatever is in it. */
const POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/** Answers `GET` and `HEAD` of a file: its bytes, or a stretch of them (RFC 9110 §13, §14). */
export async function download(c: Context, id: string, { files, clock, idleMs }: DownloadOptions): Promise<Response> {
  const opened = await files.open(id).catch(() => "failed" as const);
  if (opened === "failed") return problem(503, "Cannot read files at present", { "retry-after": "1" });
  if (opened === undefined) return problem(404, "Cannot find this file: it is not there, or not any more");
  const { file, reading } = opened;
  const { size } = reading;
  const tag = `"${file.sha256}"`;
  const headers: Record<string, string> = {
    etag: tag,
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=31536000, immutable",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
  if (matches(c.req.header("if-none-match"), tag)) {
    await reading.close();
    return new Response(null, { status: 304, headers });
  }
  headers["content-type"] = file.shown ?? "application/octet-stream";
  headers["content-disposition"] = disposition(file.name, file.shown !== undefined);
  const ifRange = c.req.header("if-range");
  const range = ifRange === undefined || ifRange === tag ? byteRange(c.req.header("range"), size) : undefined;
  if (range === "beyond") {
    await reading.close();
    return problem(416, "Cannot send this range: the file is shorter", { "content-range": `bytes */${size}` });
  }
  const { at, length } = range ?? { at: 0, length: size };
  if (range !== undefined) headers["content-range"] = `bytes ${at}-${at + length - 1}/${size}`;
  headers["content-length"] = String(length);
  const status = range === undefined ? 200 : 206;
  if (c.req.method === "HEAD" || length === 0) {
    await reading.close();
    return new Response(null, { status, headers });
  }
  return new Response(fileStream(reading, { range: { at, length }, clock, idleMs }), { status, headers });
}

/** Whether `If-None-Match` names the tag (RFC 9110 §13.1.2: compared weakly). */
function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((each) => {
    const named = each.trim();
    return named === "*" || named.replace(/^W\//, "") === tag;
  });
}

/** Shown in place or saved, under its label: in ASCII for old clients, then as it is (RFC 6266, RFC 8187 §3.2.1). */
function disposition(name: string, shown: boolean): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%/]/g, "_");
  const whole = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `${shown ? "inline" : "attachment"}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
