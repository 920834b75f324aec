import type { Grant } from "../client/mod.ts";
import type { OpenRoom } from "./open-room.ts";
import { part } from "./part.ts";

/** One says that one is typing no more often than this. */
const TYPING_MS = 2_500;
/** In larger rooms nobody is told who is typing. */
const TYPING_PEOPLE = 50;
/** From this share of the longest message on, the characters that are left are shown. */
const COUNTED_SHARE = 0.8;

/** Where one writes. */
export class Composer {
  readonly #form = part("composer", HTMLFormElement);
  readonly #text = part("composer-text", HTMLTextAreaElement);
  readonly #label = part("composer-label", HTMLElement);
  readonly #send = part("send", HTMLButtonElement);
  readonly #counter = part("counter", HTMLElement);
  readonly #hint = part("composer-hint", HTMLElement);
  readonly #sent: () => void;
  #room: OpenRoom | undefined;
  #limit = 1_000;
  #typedMs = Number.NEGATIVE_INFINITY;

  constructor(sent: () => void) {
    this.#sent = sent;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => {
      // An Enter that ends the composition of a character is not meant for us.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("input", () => this.#typed());
  }

  /** Shows the draft of a room; `limit` is the length of the longest message. */
  show(room: OpenRoom, limit: number | undefined): undefined {
    this.#limit = limit ?? this.#limit;
    if (room !== this.#room) {
      this.#room = room;
      this.#text.value = room.draft;
      this.#text.placeholder = `Message #${room.name}`;
      this.#label.textContent = `Message to ${room.name}`;
      this.#fit();
    }
    this.#showBounds(room.state.status.type === "live" || room.state.status.type === "lagging", room.state.grants);
  }

  focus(): undefined {
    this.#text.focus();
  }

  #typed(): undefined {
    const room = this.#room;
    if (room === undefined) return;
    room.draft = this.#text.value;
    this.#fit();
    this.#showBounds(true, room.state.grants);
    const now = performance.now();
    const isWorth = this.#text.value.trim() !== "" && room.state.count <= TYPING_PEOPLE;
    if (!isWorth || now - this.#typedMs < TYPING_MS || !room.state.grants.includes("signal")) return;
    this.#typedMs = now;
    room.room.signal("typing");
  }

  #submit(): undefined {
    const content = this.#text.value.trim();
    const room = this.#room;
    if (room === undefined || this.#send.disabled) return;
    room.room.publish(content.toWellFormed());
    this.#typedMs = Number.NEGATIVE_INFINITY;
    this.#text.value = "";
    room.draft = "";
    this.#fit();
    this.#showBounds(true, room.state.grants);
    this.#sent();
  }

  #showBounds(isIn: boolean, grants: readonly Grant[]): undefined {
    const { length } = this.#text.value.trim();
    const left = this.#limit - length;
    const isReader = isIn && grants.length > 0 && !grants.includes("write");
    this.#text.disabled = isReader;
    this.#send.disabled = length === 0 || left < 0 || isReader;
    this.#counter.textContent = length >= this.#limit * COUNTED_SHARE ? String(left) : "";
    this.#counter.classList.toggle("over", left < 0);
    this.#hint.classList.toggle("bad", left < 0);
    const hint = isReader ? "You may read here, and not write." : "Enter sends, Shift Enter begins a new line.";
    const text = left < 0 ? `${-left} characters too many: a message has at most ${this.#limit}.` : hint;
    if (this.#hint.textContent !== text) this.#hint.textContent = text;
  }

  /** Makes the box as high as its text, where the style sheet alone can't (`field-sizing`). */
  #fit(): undefined {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
