import type { Announcer } from "./announcer.ts";
import { element } from "./element.ts";
import { part } from "./part.ts";
import type { Standing } from "./standing.ts";

/** A passing trouble is a word beside the lamp; one that lasts this long is a sentence. */
const LASTING_MS = 1_500;

/** How the connection stands: the lamp with a word, and a notice where there is more to say. */
export class StatusBar {
  readonly #status = part("status", HTMLElement);
  readonly #word = part("status-text", HTMLElement);
  readonly #notice = part("notice", HTMLElement);
  readonly #announcer: Announcer;
  readonly #deed: (deed: NonNullable<Standing["deed"]>) => void;
  #shown = "";
  #standing: Standing | undefined;
  #noticeTimer: number | undefined;
  #countdown: number | undefined;
  /** What the last sentence was about, until that is over. */
  #trouble: Standing["lamp"] | undefined;

  constructor(announcer: Announcer, deed: (deed: NonNullable<Standing["deed"]>) => void) {
    this.#announcer = announcer;
    this.#deed = deed;
  }

  show(standing: Standing): undefined {
    const shown = JSON.stringify(standing);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#standing = standing;
    this.#status.dataset["state"] = standing.lamp;
    this.#word.textContent = standing.word;
    clearInterval(this.#countdown);
    if (standing.sentence === undefined) return this.#settle();
    if (standing.prompt || !this.#notice.hidden) return this.#showNotice();
    this.#noticeTimer ??= setTimeout(() => this.#showNotice(), LASTING_MS);
  }

  #settle(): undefined {
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = undefined;
    this.#notice.hidden = true;
    if (this.#trouble !== undefined) {
      this.#announcer.say(this.#trouble === "lagging" ? "You have caught up." : "Connected again.");
    }
    this.#trouble = undefined;
  }

  #showNotice(): undefined {
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = undefined;
    if (this.#standing?.sentence === undefined) return;
    const { lamp, sentence, tone, label, deed, until } = this.#standing;
    const time = element("span", { class: "tabular" });
    const text = element("p", { dir: "auto" }, sentence, time);
    const button = label === undefined ? undefined : element("button", { class: "text-button", type: "button" }, label);
    button?.addEventListener("click", () => deed && this.#deed(deed));
    this.#notice.replaceChildren(...[text, button].filter((each) => each !== undefined));
    this.#notice.dataset["tone"] = tone ?? "";
    this.#notice.hidden = false;
    if (this.#trouble === undefined) this.#announcer.say(sentence);
    this.#trouble = lamp;
    if (until !== undefined) this.#countTo(until, time);
  }

  #countTo(until: number, time: HTMLElement): undefined {
    clearInterval(this.#countdown);
    const tick = (): void => {
      const seconds = Math.ceil((until - Date.now()) / 1_000);
      time.textContent = seconds > 0 ? ` ${spanOf(seconds)}.` : "";
    };
    tick();
    this.#countdown = setInterval(tick, 1_000);
  }
}

function spanOf(seconds: number): string {
  return seconds < 120 ? `${seconds} s to go` : `${Math.ceil(seconds / 60)} min to go`;
}
