import { type Client, frame } from "./client.ts";

/** Content is a mark, who it is from and its number, each in hex; the rest is filling. */
export const CONTENT_UNITS = 64;
/** More messages of one publisher than this are never under way. */
const UNDER_WAY = 4_096;

/** One who says numbered messages, and knows how many have heard each. */
export class Publisher {
  readonly #client: Client;
  readonly #frame: Buffer;
  readonly #digitsAt: number;
  readonly #times = new Float64Array(UNDER_WAY);
  readonly #counts = new Uint32Array(UNDER_WAY);
  /** The number of the last message. */
  said = 0;

  /** `message` makes what the client says of a content. */
  constructor(client: Client, nth: number, message: (content: string) => string) {
    this.#client = client;
    const content = `~${nth.toString(16).padStart(2, "0")}${"0".repeat(8)}`.padEnd(CONTENT_UNITS, "x");
    this.#frame = frame(message(content));
    this.#digitsAt = this.#frame.indexOf("~") + 3;
  }

  say(): void {
    this.said += 1;
    const place = this.said % UNDER_WAY;
    this.#times[place] = performance.now();
    this.#counts[place] = 0;
    const whole = Buffer.from(this.#frame); // the socket may still hold the last one
    whole.write(this.said.toString(16).padStart(8, "0"), this.#digitsAt, "latin1");
    this.#client.send(whole);
  }

  saidAt(number: number): number {
    return this.#times[number % UNDER_WAY] as number;
  }

  /** One more has heard it; answers how many have. */
  reached(number: number): number {
    const place = number % UNDER_WAY;
    const count = (this.#counts[place] as number) + 1;
    this.#counts[place] = count;
    return count;
  }
}
