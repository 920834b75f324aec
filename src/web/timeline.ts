import type { RoomState } from "../client/mod.ts";
import { Anchor } from "./anchor.ts";
import { element } from "./element.ts";
import { MessageList } from "./message-list.ts";
import { MessageTools } from "./message-tools.ts";
import type { OpenRoom } from "./open-room.ts";
import { part } from "./part.ts";

/** Closer to the first message than this, in px, older ones are brought. */
const OLDER_WITHIN = 1_200;

/** What a timeline is made of. */
export interface TimelineOptions {
  /** Where files are. */
  readonly base: URL;
  readonly changed: () => void;
  /** Something could not be done, and why. */
  readonly failed: (why: string) => void;
}

/** The room that is looked at: its messages, and where in them one reads. */
export class Timeline {
  readonly anchor: Anchor;
  readonly #scroller = part("timeline", HTMLElement);
  readonly #elements = part("messages", HTMLOListElement);
  readonly #earlier = part("earlier", HTMLElement);
  readonly #list: MessageList;
  readonly #tools: MessageTools;
  #room: OpenRoom | undefined;
  /** The message that has the pointer or the focus. */
  #pointed: HTMLElement | undefined;
  #shown: RoomState["messages"] | undefined;
  #line: number | undefined;
  #isFilled = false;

  constructor({ base, changed, failed }: TimelineOptions) {
    this.anchor = new Anchor(this.#scroller, this.#elements);
    this.#list = new MessageList(this.#elements, {
      base,
      retry: (key) => void this.#room?.room.retry(key),
      discard: (key) => void this.#room?.room.discard(key),
    });
    this.#tools = new MessageTools({ remove: (seq) => this.#room?.room.redact(seq) ?? Promise.resolve(), failed });
    this.#scroller.addEventListener("scroll", changed, { passive: true });
    // By the pointer's own moves: what comes to lie under one that rests has not been pointed at.
    for (const type of ["pointermove", "focusin", "click"]) {
      this.#elements.addEventListener(type, ({ target }) => this.#point(target as Element));
    }
    this.#scroller.addEventListener("pointerleave", () => this.#point(document.activeElement));
  }

  /** Shows a room as it stands. */
  show(room: OpenRoom): undefined {
    const { state, unread } = room;
    if (room !== this.#room) this.#begin(room);
    if (state.messages !== this.#shown || unread.line !== this.#line) {
      const last = state.messages.at(-1);
      const isSentNow = this.#isFilled && last?.state === "sending" && !this.#list.has(last.id);
      this.#shown = state.messages;
      this.#line = unread.line;
      this.#list.show(state.messages, unread.line);
      this.#showTools();
      if (isSentNow) this.anchor.toEnd();
    }
    this.#showEarlier(room);
    if (this.#isFilled) this.anchor.restore();
    else if (this.#list.newLine.isConnected) this.anchor.toElement(this.#list.newLine);
    else this.anchor.toEnd();
    this.#isFilled ||= state.epoch !== undefined;
    this.#bringOlder(room);
  }

  /** Moves the focus by a number of messages; the last one is the first to have it. */
  move(by: number): undefined {
    const views = [...this.#elements.querySelectorAll<HTMLElement>(".message")];
    const at = views.findIndex((view) => view.contains(document.activeElement));
    const next = at < 0 ? views.length - 1 : Math.min(views.length - 1, Math.max(0, at + by));
    views[next]?.focus({ preventScroll: true });
    views[next]?.scrollIntoView({ block: "nearest" });
  }

  #begin(room: OpenRoom): undefined {
    this.#room = room;
    this.#shown = undefined;
    this.#pointed = undefined;
    this.#isFilled = false;
    this.#tools.hide();
    this.#list.clear();
  }

  /** The pointer or the focus has come to a place. */
  #point(place: Element | null): undefined {
    this.#pointed = this.#list.messageAt(place)?.view;
    return this.#showTools();
  }

  /** Shows what can be done where one points; whoever stands on one of the buttons keeps them. */
  #showTools(): undefined {
    const found = this.#list.messageAt(this.#tools.hasFocus ? document.activeElement : (this.#pointed ?? null));
    if (found === undefined || this.#room === undefined) return this.#tools.hide();
    this.#tools.show(found.view, found.message, this.#room.state);
  }

  #showEarlier(room: OpenRoom): undefined {
    this.#earlier.classList.toggle("empty", room.state.messages.length === 0);
    const [title, text] = beginningOf(room);
    const heading = title === undefined ? undefined : element("strong", {}, element("bdi", {}, title));
    if (this.#earlier.textContent === `${title ?? ""}${text}`) return;
    this.#earlier.replaceChildren(...[heading, text].filter((each) => each !== undefined));
  }

  /** Brings older messages where one is near the first. */
  #bringOlder(room: OpenRoom): undefined {
    const { more, status } = room.state;
    const isIn = status.type === "live" || status.type === "lagging";
    if (isIn && more && this.#scroller.scrollTop <= OLDER_WITHIN) room.older();
  }
}

/** What stands above the first message. */
function beginningOf({ state, name, loading }: OpenRoom): readonly [string | undefined, string] {
  const { epoch, more, messages, status } = state;
  if (status.type === "refused" || status.type === "kicked") return [undefined, ""];
  if (epoch === undefined) return [undefined, "Opening the room…"];
  if (more) return [undefined, loading ? "Bringing earlier messages…" : "Earlier messages"];
  return messages.length === 0
    ? [`#${name}`, "Nothing has been said here yet."]
    : [undefined, "This is where it begins."];
}
