import type { Position, ServerEvent } from "../../actors/wire/mod.ts";
import type { Publish } from "./ledger.ts";
import type { Place } from "./place.ts";
import type { Ruling } from "./sanctions.ts";
import type { Setting } from "./states.ts";

/** A command that has to be answered. */
export type Request = { readonly id: number; readonly room: string; readonly sentMs: number } & (
  | { readonly type: "join"; readonly since: Position | undefined; readonly most: number }
  | { readonly type: "leave" }
  | { readonly type: "message"; readonly publish: Publish; readonly stay: number | undefined }
  | {
      readonly type: "history";
      readonly before: number | undefined;
      readonly after: number | undefined;
      readonly most: number;
      readonly from: Position | undefined;
      readonly stay: number | undefined;
    }
  | { readonly type: "set"; readonly setting: Setting; readonly stay: number }
  | { readonly type: "redact"; readonly stay: number; readonly seq: number }
  | {
      readonly type: "rule";
      readonly stay: number;
      readonly ruling: Ruling | undefined;
      /** Who is certainly out of the room once it is acknowledged. */
      readonly out?: { readonly room: string; readonly user: string };
    }
  | { readonly type: "members" | "rooms" | "ping"; readonly stay: number | undefined }
);

const replies: Readonly<Record<Request["type"], ServerEvent["type"]>> = {
  join: "joined",
  leave: "left",
  message: "ack",
  set: "ack",
  redact: "ack",
  rule: "ack",
  history: "history",
  members: "members",
  rooms: "rooms",
  ping: "pong",
};

/** What a client has asked on its present connection, by id: each is answered once, by its own reply or an error. */
export class Requests {
  readonly #open = new Map<number, Request>();
  readonly #fail: (kind: "protocol" | "answered twice", text: string) => void;

  constructor(fail: (kind: "protocol" | "answered twice", text: string) => void) {
    this.#fail = fail;
  }

  get size(): number {
    return this.#open.size;
  }

  all(): Iterable<Request> {
    return this.#open.values();
  }

  add(request: Request): undefined {
    this.#open.set(request.id, request);
  }

  /** Whether a join or a leave of a room is under way. */
  moving(room: string): boolean {
    for (const { room: other, type } of this.#open.values()) {
      if (other === room && (type === "join" || type === "leave")) return true;
    }
    return false;
  }

  /** Finds what an event answers, which is over by that. */
  answered(event: ServerEvent): Request | undefined {
    const id = "id" in event ? event.id : undefined;
    if (typeof id !== "number") return undefined;
    const request = this.#open.get(id);
    if (request === undefined) {
      this.#fail("answered twice", `${event.type} ${id}, which was answered before or never asked`);
      return undefined;
    }
    this.#open.delete(id);
    if (event.type !== "error" && event.type !== replies[request.type]) {
      this.#fail("protocol", `${event.type} for ${request.type} ${id}`);
    }
    return request;
  }

  /** The connection is gone; answers what had not been answered. */
  lost(): readonly Request[] {
    const open = [...this.#open.values()];
    this.#open.clear();
    return open;
  }
}

/** Whether an error may come for a request, given where its sender is now. */
export function fits(code: string, request: Request, place: Place | undefined): boolean {
  switch (code) {
    case "not_joined":
      return !("stay" in request) || place?.state !== "in" || place.stay !== request.stay;
    case "muted":
      return request.type === "message" || request.type === "set";
    case "banned":
      return request.type === "join" || request.type === "redact";
    case "not_found":
      return request.type === "redact";
    case "unavailable":
    case "overloaded":
    case "rate_limited":
    case "internal":
      return true;
    default:
      return false;
  }
}
