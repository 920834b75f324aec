import { part } from "./part.ts";

/** Takes files in by the button, by dropping them on the room, and by pasting them. */
export class FileIntake {
  readonly #button = part("attach", HTMLButtonElement);
  readonly #input = part("attach-input", HTMLInputElement);
  readonly #room = part("room", HTMLElement);
  readonly #taken: (files: readonly File[]) => void;
  #isOpen = false;

  constructor(taken: (files: readonly File[]) => void) {
    this.#taken = taken;
    this.#button.addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      this.#take(this.#input.files);
      this.#input.value = "";
    });
    part("composer-text", HTMLElement).addEventListener("paste", (event) => {
      if (this.#take(event.clipboardData?.files)) event.preventDefault();
    });
    this.#room.addEventListener("dragover", (event) => this.#over(event));
    this.#room.addEventListener("dragleave", (event) => {
      if (!this.#room.contains(event.relatedTarget as Node | null)) this.#room.classList.remove("dropping");
    });
    this.#room.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#room.classList.remove("dropping");
      this.#take(event.dataTransfer?.files);
    });
  }

  /** Whether files are taken at present. */
  show(isOpen: boolean): undefined {
    this.#isOpen = isOpen;
    this.#button.hidden = !isOpen;
  }

  #over(event: DragEvent): undefined {
    if (!hasFiles(event)) return;
    // Where files are not taken, one that is dropped would still replace the page.
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = this.#isOpen ? "copy" : "none";
    this.#room.classList.toggle("dropping", this.#isOpen);
  }

  #take(files: FileList | null | undefined): boolean {
    if (!this.#isOpen || !files || files.length === 0) return false;
    this.#taken([...files]);
    return true;
  }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}
