import { createHash } from "node:crypto";
import { openRaw } from "../contract/raw.ts";
import type { Knock } from "./handshakes.ts";

/** What is knocked at. */
export interface KnockerOptions {
  readonly port: number;
  readonly report: (what: string) => void;
}

const HANG_MS = 10_000;
/** How long a server may keep a connection whose peer has said all and gone, in ms: a handshake's own time. */
const LET_GO_MS = 20_000;
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Knocks once, from one of many addresses, and judges how it was answered. */
export async function knock({ port, report }: KnockerOptions, { bytes, must }: Knock, at: number): Promise<void> {
  const raw = await openRaw(port, `127.0.${1 + (at % 100)}.1`);
  try {
    raw.write(bytes);
    // Whether it was half a request or more than one: nothing more comes.
    if (must === "survive") raw.socket.end();
    const answer = await raw.answer(must === "survive" ? LET_GO_MS : HANG_MS);
    const status = answer?.status;
    if (status === 500) report("a 500");
    else if (must === "upgrade" && status !== 101) report(`${status ?? "no answer"}, where it should be 101`);
    else if (must === "refuse" && !isRefusal(status)) report(`${status ?? "no answer"}, where it should be a refusal`);
    else if (must === "either" && status !== 101 && !isRefusal(status)) {
      report(`${status ?? "no answer"}, where it should be 101 or a refusal`);
    } else if (status === 101 && answer?.headers.get("sec-websocket-accept") !== acceptOf(bytes)) {
      report("a Sec-WebSocket-Accept that is not that of the key");
    }
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
  } finally {
    raw.reset();
  }
}

function isRefusal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status <= 499;
}

/** The proof that a request's key was read (RFC 6455 §4.2.2). */
function acceptOf(bytes: Buffer): string | undefined {
  const key = /\r?\nsec-websocket-key:[ \t]*([^\r\n]*?)[ \t]*\r?\n/i.exec(bytes.toString("latin1"))?.[1];
  return key === undefined
    ? undefined
    : createHash("sha1")
        .update(key + GUID)
        .digest("base64");
}
