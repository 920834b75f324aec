import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Client, Command } from "./client.ts";
import type { EventOf } from "./inbox.ts";

/** Bytes that are unlike each other, so that none can be lost or swapped unseen. */
export function parcel(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8)) & 255;
  return bytes;
}

/** The SHA-256 of bytes in lower-case hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** How long each step may take on a disk that is busy with something else, in ms. */
const WITHIN_MS = 60_000;

/** Uploads as the protocol has it: as far as the window allows, then on with each progress. */
export async function uploadFile(client: Client, bytes: Buffer, command: Command = {}): Promise<EventOf<"ack">> {
  const id = `upload-${Math.random()}`;
  client.send({ type: "upload", id, name: "a.bin", media: "application/octet-stream", size: bytes.length, ...command });
  const isOurs = (event: { readonly id?: unknown }): boolean => event.id === id;
  const refused = client.next("error", isOurs, WITHIN_MS).then((error) => {
    throw new Error(`Cannot upload: ${JSON.stringify(error)}`);
  });
  refused.catch(() => undefined); // where it was not refused, nobody waits for it
  const { window } = await Promise.race([client.next("ready", isOurs, WITHIN_MS), refused]);
  let told = 0;
  for (let sent = 0; sent < bytes.length; ) {
    while (sent === told + window) {
      told = (await Promise.race([client.next("progress", isOurs, WITHIN_MS), refused])).received;
    }
    const end = Math.min(bytes.length, sent + 65_536, told + window);
    client.socket.send(bytes.subarray(sent, end));
    sent = end;
  }
  return await Promise.race([client.next("ack", isOurs, WITHIN_MS), refused]);
}
