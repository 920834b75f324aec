import type { ErrorEvent, HistoryEvent, ServerEvent } from "../../actors/wire/mod.ts";
import type { SimulatedClient } from "./client.ts";
import { pageFault } from "./page.ts";
import { fits, type Request } from "./requests.ts";
import { join } from "./saying.ts";

/** What a client makes of an event. */
export function understand(client: SimulatedClient, event: ServerEvent): undefined {
  const { ledger } = client.options;
  const request = client.requests.answered(event);
  const place = "room" in event && event.room !== undefined ? client.places.get(event.room) : undefined;
  if (!client.welcomed && event.type !== "welcome")
    ledger.fail("protocol", client.name, `${event.type} before welcome`);
  switch (event.type) {
    case "welcome":
      if (event.user.id !== client.user) ledger.fail("lie", client.name, `was welcomed as ${event.user.id}`);
      return client.welcome(event.heartbeat);
    case "joined":
      if (request?.type === "join") {
        place?.joined(event, request);
        place?.values.joined(event.state, request.sentMs);
      }
      if (place !== undefined) client.mailings.repeat();
      return place !== undefined && place.view.stale ? askMembers(client, place.room) : undefined;
    case "message":
    case "redacted":
      ledger.exclusions.delivered(client.name, client.user, event);
      return place?.entry(event);
    case "reset":
      return place?.reset(event);
    case "lagged":
    case "live":
      return place?.lag(event);
    case "left":
      return place?.lost();
    case "presence":
      place?.presence(event);
      client.options.told(client, event);
      return place?.view.stale === true ? askMembers(client, event.room) : undefined;
    case "members":
      return place?.listed(event);
    case "ack":
      if (request?.type === "message") client.mailings.acknowledged(request.publish, request.id, event);
      if (request?.type === "set")
        Object.assign(request.setting, { outcome: "ok", endMs: client.options.timeline.now });
      if (request?.type === "rule") {
        if (request.ruling !== undefined) ledger.sanctions.answered(request.ruling, true);
        if (request.out !== undefined) ledger.exclusions.putOut(request.out.room, request.out.user);
      }
      return;
    case "rooms":
      return client.listing?.heard(event);
    case "kicked":
      return place?.kicked();
    case "state":
      return place?.state === "in" || place?.state === "leaving"
        ? place.values.changed(event.values, client.options.timeline.now)
        : ledger.fail("protocol", client.name, `state of ${event.room}, being out of it`);
    case "pong":
      for (const [room, head] of Object.entries(event.heads)) client.places.get(room)?.head(head);
      return;
    case "history":
      return request?.type === "history" ? read(client, request, event) : undefined;
    case "signal":
      ledger.exclusions.delivered(client.name, client.user, event);
      return client.options.signals.received(client, event);
    case "draining":
      return client.drained(event.reconnect);
    case "error":
      return refused(client, event, request);
    default:
      return; // the rest is not served yet
  }
}

/** Asks who is in a room, since the names that came are not all. */
export function askMembers(client: SimulatedClient, room: string): undefined {
  if (client.draining) return;
  const stay = client.places.get(room)?.stay;
  const { id } = client.ask((id, sentMs) => ({ type: "members", id, room, sentMs, stay }));
  client.send({ type: "members", id, room, limit: 200 });
}

function refused(client: SimulatedClient, { code, unknown }: ErrorEvent, request: Request | undefined): undefined {
  const { ledger, timeline } = client.options;
  if (request === undefined) {
    // A signal has no answer, but may be refused.
    const may = ["not_joined", "muted", "banned", "unavailable", "overloaded", "rate_limited", "internal"].includes(
      code,
    );
    return may ? undefined : ledger.fail("protocol", client.name, `an error for nothing: ${code}`);
  }
  const place = client.places.get(request.room);
  if (!fits(code, request, place)) ledger.fail("protocol", client.name, `${code} for ${request.type} #${request.id}`);
  if (request.type === "message") client.mailings.refused(request.publish, unknown === true);
  if (request.type === "set" && unknown !== true) request.setting.outcome = "failed";
  if (request.type === "leave") place?.stayed();
  if (request.type === "rule" && request.ruling !== undefined) {
    if (unknown === true) ledger.sanctions.doubted(request.ruling);
    else ledger.sanctions.answered(request.ruling, false);
  }
  if (request.type !== "join" || place === undefined) return;
  if (place.state === "joining") place.state = "out";
  // Joins go on being tried: an `unavailable` room opens once its log answers.
  timeline.after(1_000, () => place.wanted && join(client, place));
}

/** Holds a page of history against what was asked, and what is in the log. */
function read(
  client: SimulatedClient,
  request: Extract<Request, { readonly type: "history" }>,
  event: HistoryEvent,
): undefined {
  const { ledger } = client.options;
  const { messages, epoch, oldest, room, more } = event;
  const [first, last] = [messages[0]?.seq, messages.at(-1)?.seq];
  const at = client.places.get(room)?.position;
  for (const entry of messages) {
    ledger.shown(client.name, client.user, epoch, entry);
    if (entry.type !== "message") continue;
    // What it has seen redacted by now, it is not shown any more, nor beside the redaction itself.
    const seq = Math.max(last ?? 0, at?.epoch === epoch ? at.seq : 0);
    ledger.sanctions.shown(client.name, entry, { epoch, seq });
  }
  const { before, after, most, from } = request;
  const known = from?.epoch === epoch ? from.seq : 0;
  const wrong = (why: string): undefined => {
    const asked = `before ${before ?? "-"} after ${after ?? "-"}`;
    ledger.fail(
      "skipped",
      client.name,
      `history ${room} ${asked}: ${first ?? "-"}..${last ?? "-"} of ${oldest}, ${why}`,
    );
  };
  const fault = pageFault(messages, most);
  if (fault !== undefined) return wrong(fault);
  if (after !== undefined) {
    if (first !== undefined && first !== after + 1 && first !== Math.max(after + 1, oldest))
      return wrong("does not begin behind it");
    if (first === undefined && after < known && oldest <= known) return wrong("nothing, and there is more");
    if (!more && (last ?? after) < known) return wrong("says that there is no more");
    return;
  }
  const due = before === undefined ? known : Math.min(before - 1, known);
  if (before !== undefined && last !== undefined && last >= before) return wrong("does not end before it");
  if (due >= oldest && (last ?? 0) < due) return wrong("ends too early");
  if (first !== undefined && more !== first > oldest) return wrong("is wrong about there being more");
}
