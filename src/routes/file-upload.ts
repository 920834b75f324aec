import type { Context } from "hono";
import * as v from "valibot";
import { type Arrived, type Files, type Incoming, namingOf, type Refusal } from "../actors/files/mod.ts";
import type { ActorRef, Clock } from "../actors/kernel/mod.ts";
import type { RoomsMessage } from "../actors/room/mod.ts";
import { commandSchemasFor, type ErrorEvent, type Limits, type Upload } from "../actors/wire/mod.ts";
import type { Guest } from "./admission.ts";
import { fileRefusal } from "./file-refusal.ts";
import type { MessageRates } from "./message-rates.ts";
import { post } from "./posting.ts";
import { type RightsOptions, uploadRights } from "./upload-rights.ts";

/** How files are taken in. */
export interface UploadOptions extends RightsOptions {
  readonly files: Files;
  /** What the URLs of files begin with. */
  readonly filesUrl: string;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
  readonly rates: MessageRates;
}

/** Who brings a file, and where to. */
export interface Bringing extends Pick<Guest, "pass" | "caller"> {
  readonly room: string;
}

/** Answers `POST` of a file: has it kept, and the message published that names it. */
export async function upload(
  c: Context,
  { room, pass, caller }: Bringing,
  { files, filesUrl, rooms, limits, clock, rates, revoked }: UploadOptions,
): Promise<Response> {
  const length = c.req.header("content-length");
  const asked = read(c, { room, length, limits });
  if ("code" in asked) return fileRefusal(asked);
  const allowed = await uploadRights(pass, room, { clock, revoked });
  if ("code" in allowed) return fileRefusal(allowed);
  const { user } = pass;
  const address = user.guest ? caller.address : undefined;
  const waitMs = rates.take(user, address);
  if (waitMs > 0) {
    const message = `Cannot take so much at once: wait ${waitMs} ms`;
    return fileRefusal({ code: "rate_limited", message, retryAfter: waitMs });
  }
  const { name, media, content = name, key } = asked;
  const size = length === undefined ? undefined : asked.size;
  const incoming = files.receive({ room, user: user.id, address, name, media, size });
  const arrived = await take(c.req.raw.body, incoming, { clock, idleMs: limits.uploadIdleMs });
  if (arrived === "idle") {
    const message = "Cannot take this file: nothing comes any more";
    return fileRefusal({ code: "bad_command", message }, 408);
  }
  if (arrived.type === "refused") return fileRefusal(arrived);
  const grants = await uploadRights(pass, room, { clock, revoked });
  if ("code" in grants) {
    incoming.discard();
    return fileRefusal(grants);
  }
  const { attachment } = arrived;
  const answer = await post(rooms, { room, user, token: pass.token, grants, content, key, attachment, address });
  incoming.settle(namingOf(answer));
  if (answer.type === "error") return fileRefusal(answer);
  const { seq, duplicate } = answer;
  if (duplicate === true) {
    rates.giveBack(user, address);
    return c.json({ room, seq, duplicate });
  }
  const url = `${filesUrl}/${attachment.file}`;
  return c.json({ room, seq, attachment: { ...attachment, url } }, 201, { location: url });
}

/** What is asked for, held to the same rules as the command. */
function read(
  c: Context,
  { room, length, limits }: { readonly room: string; readonly length: string | undefined; readonly limits: Limits },
): Upload | Pick<ErrorEvent, "code" | "message"> {
  const { filename = "file", content, key } = c.req.query();
  const media = c.req.header("content-type")?.split(";", 1)[0]?.trim() || "application/octet-stream";
  const said = { type: "upload", room, name: filename, media, size: length === undefined ? 0 : Number(length) };
  const { success, output, issues } = v.safeParse(commandSchemasFor(limits).upload, {
    ...said,
    ...(content !== undefined && content !== "" && { content }),
    ...(key !== undefined && { key }),
  });
  if (success) return output;
  const about = issues
    .map((issue) => v.getDotPath(issue) ?? "request")
    .map((path) => (path === "name" ? "filename" : path));
  return { code: "bad_command", message: `Cannot take this file: see ${[...new Set(about)].join(", ")}` };
}

/** Takes the bytes in as they come; whatever happens, nothing is left of those that were not taken whole. */
async function take(
  body: ReadableStream<Uint8Array> | null,
  incoming: Incoming,
  { clock, idleMs }: { readonly clock: Clock; readonly idleMs: number },
): Promise<Arrived | Refusal | "idle"> {
  const reader = body?.getReader();
  let idle = false;
  const cut = (): void => {
    idle = true;
    reader?.cancel().catch(() => undefined); // it may have ended meanwhile
  };
  try {
    let refusal = await incoming.ready;
    while (refusal === undefined && reader !== undefined) {
      const takeBack = clock.alarm(clock.now() + idleMs, cut);
      const { done, value } = await reader.read().finally(takeBack);
      if (idle) break;
      if (done) return await incoming.finish();
      refusal = await incoming.write(value);
    }
    if (reader === undefined && refusal === undefined) return await incoming.finish();
    incoming.discard();
    if (refusal !== undefined) reader?.cancel().catch(() => undefined);
    return refusal ?? "idle";
  } catch {
    incoming.discard();
    return { type: "refused", code: "bad_command", message: "Cannot take this file: its bytes ended early" };
  }
}
