import { part } from "./part.ts";
import { isRoomName } from "./preferences.ts";

/** Where one names a room to join, or to open. */
export class JoinForm {
  readonly #name = part("join-name", HTMLInputElement);
  readonly #problem = part("join-problem", HTMLElement);

  constructor(join: (name: string) => void) {
    this.#name.addEventListener("input", () => this.#complain(""));
    part("join", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.#name.value.trim().replace(/^#/, "");
      if (name === "") return this.focus();
      if (!isRoomName(name)) return this.#complain("Letters a to z, digits and . _ : - make a name of a room.");
      this.#name.value = "";
      join(name);
    });
  }

  focus(): undefined {
    this.#name.focus();
  }

  #complain(problem: string): undefined {
    this.#problem.textContent = problem;
    if (problem === "") this.#name.removeAttribute("aria-invalid");
    else this.#name.setAttribute("aria-invalid", "true");
  }
}
