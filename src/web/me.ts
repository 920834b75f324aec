import type { User } from "../client/mod.ts";
import { element } from "./element.ts";
import { face } from "./face.ts";
import { part } from "./part.ts";

/** Who one is, and for guests the way to another name. */
export class Me {
  readonly #button = part("me", HTMLButtonElement);
  #shown = "";

  constructor(change: () => void) {
    this.#button.addEventListener("click", change);
  }

  show(user: User | undefined, chosen: string): undefined {
    const { id = chosen, name = chosen, guest = true } = user ?? {};
    const shown = `${guest} ${id} ${name}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const change = element("span", { class: "aside" }, "Change", element("span", { class: "unseen" }, " your name"));
    this.#button.disabled = !guest;
    this.#button.replaceChildren(face(id, name), element("bdi", { title: name }, name), " ", guest ? change : "");
  }
}
