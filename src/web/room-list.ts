import { element } from "./element.ts";
import { icon } from "./icon.ts";
import type { OpenRoom } from "./open-room.ts";
import { part } from "./part.ts";
import type { Session } from "./session.ts";

interface Row {
  readonly item: HTMLElement;
  readonly link: HTMLElement;
  readonly tail: HTMLElement;
}

/** What a list of rooms asks for. */
export interface RoomListDeeds {
  readonly open: (name: string) => void;
  readonly leave: (name: string) => void;
}

/** The rooms: those that are open, and below them those that others are in. */
export class RoomList {
  readonly #list = part("room-list", HTMLUListElement);
  readonly #known = part("known-rooms", HTMLDataListElement);
  readonly #deeds: RoomListDeeds;
  readonly #rows = new Map<string, Row>();
  #drawn = "";

  constructor(deeds: RoomListDeeds) {
    this.#deeds = deeds;
  }

  show(session: Session): undefined {
    const { rooms, directory, current } = session;
    const opened = new Set(rooms.map(({ name }) => name));
    const others = directory.filter(({ room }) => !opened.has(room));
    const isLeavable = rooms.length > 1;
    const drawn = JSON.stringify([[...opened], others.map(({ room }) => room), isLeavable]);
    if (drawn !== this.#drawn)
      this.#draw(
        [...opened],
        others.map(({ room }) => room),
        isLeavable,
      );
    this.#drawn = drawn;
    for (const room of rooms) this.#showOpen(room, room === current);
    for (const { room, count } of others) this.#showTail(room, { count, unread: 0 });
  }

  #draw(opened: readonly string[], others: readonly string[], isLeavable: boolean): undefined {
    const focused = [...this.#rows].find(([, { item }]) => item.contains(document.activeElement))?.[0];
    this.#rows.clear();
    for (const name of opened) this.#rows.set(name, this.#row(name, isLeavable));
    for (const name of others) this.#rows.set(name, this.#row(name, false));
    this.#list.replaceChildren(...[...this.#rows.values()].map(({ item }) => item));
    this.#known.replaceChildren(...others.map((value) => element("option", { value })));
    if (focused !== undefined) this.#rows.get(focused)?.link.focus();
  }

  #row(name: string, isLeavable: boolean): Row {
    const tail = element("span", {});
    const link = element("button", { class: "room-link", type: "button" }, element("bdi", {}, name), tail);
    link.addEventListener("click", () => this.#deeds.open(name));
    const item = element("li", { class: "room-item" }, link);
    if (isLeavable) {
      const leave = element("button", { class: "icon-button leave", type: "button", "aria-label": `Leave ${name}` });
      leave.append(icon("m5 5 10 10M15 5 5 15"));
      leave.addEventListener("click", () => this.#deeds.leave(name));
      item.append(leave);
    }
    return { item, link, tail };
  }

  #showOpen({ name, state, unread }: OpenRoom, isCurrent: boolean): undefined {
    const link = this.#rows.get(name)?.link;
    if (isCurrent) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
    link?.classList.toggle("unread", unread.count > 0);
    this.#showTail(name, { count: state.count, unread: unread.count });
  }

  #showTail(name: string, { count, unread }: { readonly count: number; readonly unread: number }): undefined {
    const tail = this.#rows.get(name)?.tail;
    const text = unread > 0 ? (unread > 99 ? "99+" : String(unread)) : count > 0 ? String(count) : "";
    const said = unread > 0 ? ` ${unread} new` : ` ${count} here`;
    if (tail === undefined || tail.dataset["said"] === said) return;
    tail.dataset["said"] = said;
    tail.className = unread > 0 ? "badge" : "people-here";
    tail.replaceChildren(element("span", { "aria-hidden": "true" }, text), element("span", { class: "unseen" }, said));
  }
}
