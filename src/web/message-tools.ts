import type { RoomState, ShownMessage } from "../client/mod.ts";
import { element } from "./element.ts";

/** What the buttons do. */
export interface MessageDeeds {
  /** Takes a message away. */
  readonly remove: (seq: number) => Promise<unknown>;
  /** Something could not be done, and why. */
  readonly failed: (why: string) => void;
}

/** What can be done with a message, at the one that has the pointer or the focus: one set of buttons for all of them. */
export class MessageTools {
  readonly #remove = element("button", { class: "tool", type: "button" }, "Remove");
  readonly #bar = element("div", { class: "tools" }, this.#remove);
  readonly #deeds: MessageDeeds;
  #message: ShownMessage | undefined;
  /** The one that was asked for last to be taken away. */
  #going: ShownMessage | undefined;

  constructor(deeds: MessageDeeds) {
    this.#deeds = deeds;
    this.#remove.addEventListener("click", () => this.#take());
  }

  /** Whether one of the buttons has the focus. */
  get hasFocus(): boolean {
    return this.#bar.contains(document.activeElement);
  }

  /** Puts the buttons at a message, where there is anything that one may do with it. */
  show(view: HTMLElement, message: ShownMessage, { grants }: RoomState): undefined {
    const isRemovable = message.state === "sent" && message.redacted === undefined && message.seq !== undefined;
    if (!isRemovable || message === this.#going || !(message.own || grants.includes("moderate"))) return this.hide();
    const isThere = this.#bar.parentElement === view;
    if (isThere && message === this.#message) return;
    this.#message = message;
    this.#remove.setAttribute("aria-label", `Remove the message of ${message.sender.name}`);
    // Put there again, they would lose the focus.
    if (!isThere) view.append(this.#bar);
  }

  /** Takes the buttons away; whoever stood on one stands on the message. */
  hide(): undefined {
    this.#message = undefined;
    const view = this.hasFocus ? this.#bar.closest<HTMLElement>(".message") : null;
    this.#bar.remove();
    view?.focus({ preventScroll: true });
  }

  #take(): undefined {
    const message = this.#message;
    if (message?.seq === undefined) return;
    this.#going = message;
    this.hide();
    this.#deeds.remove(message.seq).catch((error: unknown) => {
      this.#going = undefined;
      this.#deeds.failed(error instanceof Error ? error.message : String(error));
    });
  }
}
