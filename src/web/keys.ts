import { part } from "./part.ts";

/** What keys ask for, wherever the focus is. */
export interface KeyDeeds {
  /** To another room, by so many. */
  readonly room: (by: number) => void;
  readonly join: () => void;
  /** To another message, by so many. */
  readonly message: (by: number) => void;
  readonly escape: () => void;
}

/** Listens for the shortcuts of the page. */
export function listenToKeys(deeds: KeyDeeds): undefined {
  const shortcuts = part("shortcuts", HTMLDialogElement);
  const isBusy = (): boolean => document.querySelector("dialog[open]") !== null;

  addEventListener("keydown", (event) => {
    const { key, altKey, shiftKey, isComposing } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (isBusy() || isComposing) return;
    if (key === "Escape") deeds.escape();
    else if (altKey && !ctrl && !shiftKey && (key === "ArrowDown" || key === "ArrowUp"))
      deeds.room(key === "ArrowDown" ? 1 : -1);
    else if (ctrl && !altKey && key.toLowerCase() === "k") deeds.join();
    else if (ctrl && !altKey && key === "/") shortcuts.showModal();
    else return;
    event.preventDefault();
  });

  part("timeline", HTMLElement).addEventListener("keydown", (event) => {
    const by = steps.get(event.key);
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    deeds.message(by);
  });
}

const steps = new Map([
  ["ArrowDown", 1],
  ["ArrowUp", -1],
  ["Home", Number.NEGATIVE_INFINITY],
  ["End", Number.POSITIVE_INFINITY],
]);
