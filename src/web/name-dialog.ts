import { part } from "./part.ts";

const rule = /^\w{3,20}$/;

/** Asks for a name; the first time there is no way around it. */
export class NameDialog {
  readonly #dialog = part("name-dialog", HTMLDialogElement);
  readonly #name = part("name", HTMLInputElement);
  readonly #problem = part("name-problem", HTMLElement);
  readonly #cancel = part("name-cancel", HTMLButtonElement);

  constructor(chosen: (name: string) => void) {
    this.#cancel.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("cancel", (event) => {
      if (this.#cancel.hidden) event.preventDefault();
    });
    this.#name.addEventListener("input", () => this.#complain(""));
    part("name-form", HTMLFormElement).noValidate = true;
    part("name-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.#name.value.trim();
      if (!rule.test(name)) return this.#complain("This is not 3 to 20 letters (a to z), digits or underscores.");
      this.#dialog.close();
      chosen(name);
    });
  }

  ask(present: string | undefined): undefined {
    this.#cancel.hidden = present === undefined;
    this.#name.value = present ?? "";
    this.#complain("");
    this.#dialog.showModal();
    this.#name.select();
  }

  #complain(problem: string): undefined {
    this.#problem.textContent = problem;
    if (problem === "") this.#name.removeAttribute("aria-invalid");
    else this.#name.setAttribute("aria-invalid", "true");
  }
}
