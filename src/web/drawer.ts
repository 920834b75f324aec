import { part } from "./part.ts";

/** A column that is a drawer where there is little room: opened by its button, closed by Esc, a tap beside it, or its cross. */
export class Drawer {
  readonly #drawer: HTMLElement;
  readonly #button: HTMLElement;
  readonly #narrow: MediaQueryList;

  constructor(name: "rooms" | "people", narrow: string) {
    this.#drawer = part(name, HTMLElement);
    this.#button = part(`show-${name}`, HTMLElement);
    this.#narrow = matchMedia(narrow);
    this.#button.addEventListener("click", () => this.toggle(!this.isOpen));
    part("veil", HTMLElement).addEventListener("click", () => this.toggle(false));
    this.#drawer.querySelector(".close")?.addEventListener("click", () => this.toggle(false));
    this.#narrow.addEventListener("change", () => this.#close());
    this.#reflect();
  }

  get isOpen(): boolean {
    return this.#drawer.classList.contains("open");
  }

  /** Opens or closes it, and takes the focus in and out. */
  toggle(open: boolean): undefined {
    if (!this.#narrow.matches || open === this.isOpen) return;
    this.#drawer.classList.toggle("open", open);
    this.#reflect();
    if (open) this.#drawer.querySelector<HTMLElement>(".close")?.focus();
    else if (document.activeElement === document.body || this.#drawer.contains(document.activeElement))
      this.#button.focus();
  }

  #close(): undefined {
    this.#drawer.classList.remove("open");
    this.#reflect();
  }

  #reflect(): undefined {
    this.#button.setAttribute("aria-expanded", String(this.isOpen || !this.#narrow.matches));
    const isAnyOpen = document.querySelector(":is(#rooms, #people).open") !== null;
    part("room", HTMLElement).inert = isAnyOpen;
    part("veil", HTMLElement).classList.toggle("open", isAnyOpen);
  }
}
