import type { OpenRoom } from "./open-room.ts";
import { part } from "./part.ts";

/** What tells which room it is and what is new: the heading, the title, and the button that leads to the newest message. */
export class Headline {
  readonly #name = part("room-name", HTMLElement);
  readonly #elsewhere = part("elsewhere", HTMLElement);
  readonly #newest = part("newest", HTMLElement);
  readonly #newestText = part("newest-text", HTMLElement);

  constructor(toNewest: () => void) {
    this.#newest.addEventListener("click", toNewest);
  }

  show(current: OpenRoom, rooms: readonly OpenRoom[], isAtEnd: boolean): undefined {
    const { count } = current.unread;
    const total = rooms.reduce((sum, { unread }) => sum + unread.count, 0);
    const title = `${total > 0 ? `(${total}) ` : ""}${current.name} · Greenroom`;
    if (document.title !== title) document.title = title;
    if (this.#name.textContent !== current.name) this.#name.textContent = current.name;
    this.#elsewhere.hidden = total === count;
    this.#newest.hidden = isAtEnd;
    this.#newest.classList.toggle("unread", count > 0);
    const text = count > 0 ? `${count} new ${count === 1 ? "message" : "messages"}` : "Newest";
    if (this.#newestText.textContent !== text) this.#newestText.textContent = text;
  }
}
