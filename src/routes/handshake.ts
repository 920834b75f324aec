import { defaultLimits } from "../actors/wire/mod.ts";
import { problem } from "./problem.ts";

/** A key is 16 bytes in base64 (RFC 6455 §4.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSION = "13";
/** `upgrade` among the options of `Connection`. */
const UPGRADE = /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i;

/** Whether a request asks for a WebSocket, however it spells that. */
export function asksForWebSocket(headers: Headers): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** What can stand in a Host: anything else would end up in another part of the URL, such as its path. */
const HOST = /^[\w.:[\]-]*$/;

/**
 * Looks whether a request's target and its Host make a URL. Not every runtime refuses those that do not (`Host: .0.1`, on
 * Node and Bun), and whoever reads the URL would throw; nor those that make another one than was asked for (`Host: a/b?`,
 * on Deno's own sockets), which would pass by a proxy that looks at paths.
 *
 * @returns the refusal, or `undefined` where they do.
 */
export function checkTarget({ url, headers }: Pick<Request, "url" | "headers">): Response | undefined {
  if (URL.canParse(url) && HOST.test(headers.get("host") ?? "")) return undefined;
  return problem(400, "Cannot read the request's target or its Host");
}

/**
 * Reads an opening handshake (RFC 6455 §4.2.1) the same on every runtime, since not all of them do: Deno answers 101 to a
 * bad key, to version 12 and to a POST.
 *
 * @returns the refusal, or `undefined` where the handshake is well-formed.
 */
export function checkHandshake({ method, headers }: Request): Response | undefined {
  const many = checkHeaders(headers);
  if (many !== undefined) return many;
  if (method !== "GET") return problem(400, "Cannot upgrade: the method is not GET");
  if (!UPGRADE.test(headers.get("connection") ?? ""))
    return problem(400, "Cannot upgrade: Connection does not say Upgrade");
  if (!KEY.test(headers.get("sec-websocket-key") ?? "")) {
    return problem(400, "Cannot upgrade: Sec-WebSocket-Key is not 16 bytes in base64");
  }
  if (headers.get("sec-websocket-version") !== VERSION) {
    return problem(400, `Cannot upgrade: Sec-WebSocket-Version is not ${VERSION}`, {
      "sec-websocket-version": VERSION,
    });
  }
  return bearsBody(headers) ? problem(400, "Cannot upgrade: the request has a body") : undefined;
}

/** Whether a request has a body, or says so (RFC 9112 §6.3). */
export function bearsBody(headers: Headers): boolean {
  return headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0";
}

/** Bounds the headers where the runtime has a bound of its own that is wider; those of one name are one here. */
function checkHeaders(headers: Headers): Response | undefined {
  const { handshakeHeaders, handshakeHeaderBytes } = defaultLimits;
  let count = 0;
  let bytes = 0;
  for (const [name, value] of headers) {
    count += 1;
    // A colon, a space and the end of the line.
    bytes += name.length + value.length + 4;
  }
  if (count > handshakeHeaders) return problem(431, `Cannot read more than ${handshakeHeaders} headers`);
  if (bytes > handshakeHeaderBytes)
    return problem(431, `Cannot read headers of more than ${handshakeHeaderBytes} bytes`);
  return undefined;
}
