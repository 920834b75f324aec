import { encode } from "../../wire/mod.ts";
import type { Answer, Publish, Request } from "../message.ts";
import type { Refusal } from "./judge.ts";

/** Encodes why something is not done in a room, for whoever asked for it under `id`. */
export function refusalText(
  room: string,
  { id }: Pick<Request | Publish, "id">,
  { code, why, retryAfter }: Refusal,
): string {
  const about = { ...(id !== undefined && { id }), room };
  const message = `Cannot do this in ${room}: ${why}`;
  return encode({ type: "error", ...about, code, message, ...(retryAfter !== undefined && { retryAfter }) });
}

/** Answers that it cannot be told whether something was done. */
export function doubt(
  room: string,
  { id, answer }: { readonly id: Request["id"]; readonly answer: Answer },
): undefined {
  const about = { ...(id !== undefined && { id }), room };
  const message = `Cannot tell whether this was done in ${room}: ask for it again`;
  return answer(encode({ type: "error", ...about, code: "unavailable", message, retryAfter: 1_000, unknown: true }));
}
