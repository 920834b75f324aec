import { part } from "./part.ts";

/** Asks for a token. It is kept in this page's memory, and nowhere else. */
export class TokenDialog {
  readonly #dialog = part("token-dialog", HTMLDialogElement);
  readonly #token = part("token", HTMLInputElement);

  constructor(given: (token: string) => void) {
    part("token-cancel", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    part("token-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const token = this.#token.value.trim();
      this.#token.value = "";
      this.#dialog.close();
      if (token !== "") given(token);
    });
  }

  ask(): undefined {
    this.#token.value = "";
    this.#dialog.showModal();
  }
}
