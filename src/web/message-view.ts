import type { ShownMessage } from "../client/mod.ts";
import { attachmentView } from "./attachment-view.ts";
import { element } from "./element.ts";
import { face } from "./face.ts";
import { dayOf, momentOf, shortTimeOf, timeOf } from "./times.ts";

/** What a message needs besides itself: where files are, and what to do with one's own that were not sent. */
export interface MessageContext {
  readonly base: URL;
  readonly retry: (key: string) => void;
  readonly discard: (key: string) => void;
}

const onlyEmoji = /^(?:\p{RGI_Emoji}\s?){1,3}$/v;

/** One message in the list. */
export class MessageView {
  readonly element: HTMLLIElement = element("li", { class: "message", tabindex: -1 });
  readonly #context: MessageContext;
  #day: { readonly at: number; readonly day: number } | undefined;
  #message: ShownMessage | undefined;
  #first: boolean | undefined;
  #parts: readonly HTMLElement[] = [];

  constructor(context: MessageContext) {
    this.#context = context;
  }

  get message(): ShownMessage | undefined {
    return this.#message;
  }

  /** The day of a message; it is asked for often, and reckoning it takes long. */
  dayOf({ at }: ShownMessage): number {
    if (this.#day?.at !== at) this.#day = { at, day: dayOf(at) };
    return this.#day.day;
  }

  /** Shows a message, with a face and a name where it is the `first` of its sender's group. */
  show(message: ShownMessage, first: boolean): undefined {
    if (message === this.#message && first === this.#first) return;
    this.#message = message;
    this.#first = first;
    const { state, redacted, sender, at, own } = message;
    const states = [first && "first", own && "own", redacted && "gone", state !== "sent" && state];
    this.element.className = ["message", ...states.filter(Boolean)].join(" ");
    const time = element("time", { datetime: new Date(at).toISOString(), title: momentOf(at) });
    const name = element("bdi", {}, sender.name);
    time.textContent = first ? timeOf(at) : shortTimeOf(at);
    if (first) {
      const byline = element("div", { class: "byline" }, name, time);
      this.#put(face(sender.id, sender.name), element("div", {}, byline, ...this.#body(message)));
    } else {
      const who = element("span", { class: "unseen" }, name, ": ");
      time.className = "gutter-time";
      this.#put(time, element("div", {}, who, ...this.#body(message)));
    }
  }

  /** Puts parts in the place of the former ones; others' buttons stay, and whoever stood in a part stands on the message. */
  #put(...parts: readonly HTMLElement[]): undefined {
    const { activeElement } = document;
    const isLeft = this.#parts.some((part) => part.contains(activeElement));
    for (const part of this.#parts) part.remove();
    this.element.prepend(...parts);
    this.#parts = parts;
    if (isLeft) this.element.focus({ preventScroll: true });
  }

  #body(message: ShownMessage): readonly HTMLElement[] {
    const { content = "", redacted, state, attachment } = message;
    const text = redacted ? "This message was removed." : content;
    const emoji = !redacted && text.length < 40 && onlyEmoji.test(text) ? " emoji" : "";
    const body = element("p", { class: `content${emoji}`, dir: "auto" }, text);
    // A file that came without words has its name for them.
    const words = attachment !== undefined && attachment.name === content ? [] : [body];
    const file = attachment === undefined ? [] : [attachmentView(attachment, this.#context.base)];
    return [...words, ...file, ...(state === "sent" ? [] : [this.#delivery(message)])];
  }

  #delivery({ state, key = "", failure }: ShownMessage): HTMLElement {
    if (state === "sending") return element("p", { class: "delivery" }, "Sending…");
    const { retry, discard } = this.#context;
    const again = element("button", { class: "text-button", type: "button" }, "Send again");
    const away = element("button", { class: "text-button", type: "button" }, "Discard");
    again.addEventListener("click", () => retry(key));
    away.addEventListener("click", () => discard(key));
    return element("p", { class: "delivery" }, `Not sent. ${failure?.message ?? ""}`, again, away);
  }
}
