import type { RoomState, ShownMessage } from "../client/mod.ts";
import { element } from "./element.ts";

/** What can be done with a message, at the one that has the pointer or the focus: one set of buttons for all of them. */
export class MessageTools {
  readonly #remove = element("button", { class: "tool", type: "button" }, "Remove");
  readonly #bar = element("div", { class: "tools" }, this.#remove);
  readonly #deed: (seq: number) => void;
  #message: ShownMessage | undefined;

  constructor(deed: (seq: number) => void) {
    this.#deed = deed;
    this.#remove.addEventListener("click", () => {
      const { seq } = this.#message ?? {};
      if (seq === undefined) return;
      this.#bar.closest<HTMLElement>(".message")?.focus();
      this.hide();
      this.#deed(seq);
    });
  }

  /** Puts the buttons at a message, where there is anything that one may do with it. */
  show(view: HTMLElement, message: ShownMessage, { grants }: RoomState): undefined {
    const isRemovable = message.state === "sent" && message.redacted === undefined && message.seq !== undefined;
    if (!isRemovable || !(message.own || grants.includes("moderate"))) return this.hide();
    if (this.#message === message && this.#bar.parentElement === view) return;
    this.#message = message;
    this.#remove.setAttribute("aria-label", `Remove the message of ${message.sender.name}`);
    view.append(this.#bar);
  }

  hide(): undefined {
    this.#message = undefined;
    this.#bar.remove();
  }
}
