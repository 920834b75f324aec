import type { Account } from "./account.ts";
import { type Line, openLine } from "./line.ts";

/** How many messages one publisher has under way. */
const UNDER_WAY = 8;

/** Someone who says one thing after the other, and repeats under the same key what was not acknowledged. */
export class Publisher {
  readonly #name: string;
  readonly #account: Account;
  readonly #underWay = new Set<string>();
  #said = 0;
  #ending = false;

  constructor(name: string, account: Account) {
    this.#name = name;
    this.#account = account;
  }

  /** Says what it can to one life of the server; resolves when that is over. */
  async publish(port: number): Promise<void> {
    const { room } = this.#account;
    const line = await openLine(port, this.#name, (said, from) => {
      if (said.room !== room) return;
      if (said.type === "joined") this.#goOn(from);
      else if (said.type === "ack" && said.id !== undefined && said.seq !== undefined) {
        this.#account.acked(said.id, said.seq);
        this.#underWay.delete(said.id);
        this.#refill(from);
      } else if (said.type === "error" && said.id !== undefined) {
        const content = said.id;
        setTimeout(() => this.#say(from, content), 50);
      }
    });
    line?.send({ type: "join", room, history: 0 });
    await line?.over;
  }

  /** Says nothing new from now on. */
  end(): void {
    this.#ending = true;
  }

  /** Whether everything it has said is acknowledged. */
  get settled(): boolean {
    return this.#underWay.size === 0;
  }

  #goOn(line: Line): void {
    for (const content of this.#underWay) this.#say(line, content);
    this.#refill(line);
  }

  #refill(line: Line): void {
    while (!this.#ending && this.#underWay.size < UNDER_WAY) {
      this.#said += 1;
      const content = `${this.#name}-${this.#said}`;
      this.#underWay.add(content);
      this.#account.sent(content);
      this.#say(line, content);
    }
  }

  #say(line: Line, content: string): void {
    line.send({ type: "message", room: this.#account.room, content, key: content, id: content });
  }
}
