import type { RoomState, Sender } from "../client/mod.ts";
import { element } from "./element.ts";
import { face } from "./face.ts";
import { part } from "./part.ts";

/** More people than this are only counted. */
const LISTED = 200;

/** Who is in the room. */
export class PeopleList {
  readonly #list = part("people-list", HTMLUListElement);
  readonly #more = part("people-more", HTMLElement);
  readonly #count = part("people-count", HTMLElement);
  readonly #rows = new Map<string, HTMLElement>();
  #members: RoomState["members"] | undefined;
  #me: string | undefined;

  show({ members, count }: RoomState, me: string | undefined): undefined {
    this.#count.textContent = String(count);
    if (members === this.#members && me === this.#me) return this.#showMore(count);
    this.#members = members;
    if (me !== this.#me) this.#rows.clear();
    this.#me = me;
    const listed = [...members].sort((one, other) => this.#compare(one, other)).slice(0, LISTED);
    const ids = new Set(listed.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    this.#list.replaceChildren(...listed.map((member) => this.#row(member)));
    return this.#showMore(count);
  }

  #showMore(count: number): undefined {
    const others = count - this.#rows.size;
    this.#more.textContent = others <= 0 ? "" : this.#rows.size === 0 ? `${count} people` : `and ${others} more`;
  }

  #compare(one: Sender, other: Sender): number {
    if (one.id === this.#me || other.id === this.#me) return one.id === this.#me ? -1 : 1;
    return one.name.localeCompare(other.name);
  }

  #row({ id, name }: Sender): HTMLElement {
    let row = this.#rows.get(id);
    if (row === undefined) {
      const you = id === this.#me ? element("span", { class: "aside" }, "you") : undefined;
      row = element("li", { class: "person" }, face(id, name), element("bdi", { title: name }, name), you);
      this.#rows.set(id, row);
    }
    return row;
  }
}
