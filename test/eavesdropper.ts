import process from "node:process";
import { inspect } from "node:util";
import { leaksIn } from "./contract/watchword.ts";

/** What credentials look like, whoever has made them. */
const looks: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a token", /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/],
  ["a bearer's token", /\bBearer [\w.~+/-]{12,}/i],
  ["credentials in a URL", /[?&](?:ticket|token)=[\w.~+/%-]{12,}/],
];
const methods = ["debug", "dir", "error", "info", "log", "trace", "warn"] as const;

/** Hears all that this process prints, in whatever way, and lets it pass. */
export class Eavesdropper {
  #heard = "";

  constructor() {
    for (const method of methods) {
      const print = console[method].bind(console) as (...said: readonly unknown[]) => void;
      console[method] = (...said: readonly unknown[]): void => {
        for (const each of said) this.#hear(wordsOf(each));
        print(...said);
      };
    }
    for (const stream of [process.stdout, process.stderr]) {
      const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
      stream.write = (...args: readonly unknown[]): boolean => {
        this.#hear(wordsOf(args[0]));
        return write(...args);
      };
    }
  }

  /** Which secrets were among what was printed since this was asked last, by what they are. */
  take(): readonly string[] {
    const heard = this.#heard;
    this.#heard = "";
    return [...leaksIn(heard), ...looks.filter(([, pattern]) => pattern.test(heard)).map(([what]) => what)];
  }

  #hear(text: string): void {
    this.#heard += `${text}\n`;
  }
}

/** What somebody may read in a value that is printed. */
function wordsOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return typeof value === "string" ? value : inspect(value, { depth: 10 });
}
