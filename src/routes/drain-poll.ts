/** How often to look whether a buffer has drained, in ms. */
const POLL_MS = 20;

/** Looks after a buffer of which its runtime does not say when it has drained. */
export class DrainPoll {
  readonly #bufferedBytes: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(bufferedBytes: () => number) {
    this.#bufferedBytes = bufferedBytes;
  }

  /** Has `drained` called once at least half of what is buffered now has gone; one that waits already stays. */
  start(drained: () => void): void {
    if (this.#timer !== undefined) return;
    const before = this.#bufferedBytes();
    this.#timer = setInterval(() => {
      if (this.#bufferedBytes() * 2 > before) return;
      this.stop();
      drained();
    }, POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
