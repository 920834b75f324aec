import { part } from "./part.ts";

/** What comes within this time is said in one go. */
const GATHER_MS = 700;
/** More messages than this are only counted. */
const SPOKEN = 3;

/** How long a warning can be read. */
const WARNING_MS = 8_000;

/** Tells those who do not see the page what happens now: never what was there already. */
export class Announcer {
  readonly #region = part("announcer", HTMLElement);
  readonly #toast = part("toast", HTMLElement);
  #messages: string[] = [];
  #timer: number | undefined;

  /** Says that a message has come. */
  message(name: string, content: string): undefined {
    if (document.hidden) return;
    this.#messages.push(`${name}: ${content}`);
    if (this.#messages.length === 1) setTimeout(() => this.#tellMessages(), GATHER_MS);
  }

  /** Says something at once. */
  say(text: string): undefined {
    this.#region.textContent = text;
  }

  /** Says to everybody that something could not be done. */
  warn(text: string): undefined {
    this.#toast.textContent = text;
    this.#toast.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#toast.hidden = true;
    }, WARNING_MS);
  }

  #tellMessages(): undefined {
    const messages = this.#messages;
    this.#messages = [];
    this.say(messages.length > SPOKEN ? `${messages.length} new messages` : messages.join("\n"));
  }
}
