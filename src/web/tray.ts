import { bytesOf } from "./bytes.ts";
import { element } from "./element.ts";
import { part } from "./part.ts";
import { type Upload, type UploadOptions, upload } from "./upload.ts";

/** Where a file is to go. */
export type Destination = Omit<UploadOptions, "file" | "key" | "progressed">;

interface Item {
  readonly file: File;
  readonly key: string;
  readonly to: Destination;
  readonly row: HTMLElement;
  upload?: Upload;
}

/** The files that are being sent, one after the other; those that could not be stay until they are sent again or dropped. */
export class Tray {
  readonly #list = part("tray", HTMLUListElement);
  readonly #waiting: Item[] = [];
  #isBusy = false;

  /** Sends a file, unless it is larger than `limit` bytes. */
  add(file: File, to: Destination, limit: number): undefined {
    const row = element("li", { class: "tray-item" });
    const item: Item = { file, key: crypto.randomUUID?.() ?? `${Date.now()}${Math.random()}`, to, row };
    this.#list.append(row);
    if (file.size > limit) return this.#showFailed(item, `It is larger than ${bytesOf(limit)}.`, false);
    if (file.size === 0) return this.#showFailed(item, "It is empty.", false);
    this.#queue(item);
  }

  #queue(item: Item): undefined {
    this.#waiting.push(item);
    this.#showProgress(item, 0);
    this.#next();
  }

  #next(): undefined {
    const item = this.#isBusy ? undefined : this.#waiting.shift();
    if (item === undefined) return;
    this.#isBusy = true;
    const progressed = (share: number): undefined => this.#showProgress(item, share);
    item.upload = upload({ ...item.to, file: item.file, key: item.key, progressed });
    const ended = (problem: string | undefined): void => {
      this.#isBusy = false;
      if (problem === undefined) item.row.remove();
      else if (item.row.isConnected) this.#showFailed(item, problem, true);
      this.#next();
    };
    item.upload.done.then(ended, () => ended("It could not be sent."));
  }

  #showProgress(item: Item, share: number): undefined {
    const known = item.row.querySelector("progress");
    if (known !== null) {
      known.value = share;
      return;
    }
    const bar = element("progress", { max: 1, value: share, "aria-label": `Sending ${item.file.name}` });
    const cancel = () => {
      this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((each) => each !== item));
      item.row.remove();
      item.upload?.cancel();
    };
    item.row.className = "tray-item";
    item.row.replaceChildren(label(item.file), bar, button("Cancel", cancel));
  }

  #showFailed(item: Item, problem: string, isWorthAnother: boolean): undefined {
    const why = element("span", { class: "tray-problem", role: "alert" }, `Not sent. ${problem}`);
    const again = isWorthAnother ? button("Send again", () => this.#queue(item)) : undefined;
    item.row.className = "tray-item failed";
    const parts = [label(item.file), why, again, button("Discard", () => item.row.remove())];
    item.row.replaceChildren(...parts.filter((each) => each !== undefined));
  }
}

function label(file: File): HTMLElement {
  return element("bdi", { title: file.name }, file.name);
}

function button(text: string, act: () => void): HTMLElement {
  const made = element("button", { class: "text-button", type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}
