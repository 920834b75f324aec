import fc from "fast-check";
import { commandTexts } from "./command-texts.ts";
import { credentialKnocks } from "./credentials.ts";
import { FramePeer } from "./frame-peer.ts";
import { bytesOf, frameRuns } from "./frame-runs.ts";
import { type Knock, knocks } from "./handshakes.ts";
import { knock } from "./knocker.ts";
import { request } from "./requester.ts";
import { fuzzRequests } from "./requests.ts";
import { seedOf } from "./seeds.ts";
import { Talker } from "./talker.ts";

/** What is to be tried on a server. */
export interface CampaignOptions {
  readonly port: number;
  /** Everything that is tried follows from it. */
  readonly seed: number;
  /** How many inputs there are in all. */
  readonly runs: number;
  /** Whether the server holds clients to their rates. */
  readonly rates: boolean;
  /** Whether it is as strict with frames as RFC 6455; see `verdictOf`. */
  readonly strict: boolean;
  /** Whether it refuses subprotocols that are listed without a space between them, as it has to on Deno 2.5. */
  readonly refusesTightLists?: boolean;
  /** How many inputs come in a second; as fast as they are answered, when left out. */
  readonly perSecond?: number;
  /** Only this block of a kind: what a finding names. */
  readonly only?: string;
}

/** Something that the server should not have done. */
export interface Finding {
  /** The block of inputs within which it was seen: `--only` does it again. */
  readonly block: string;
  readonly what: string;
  /** The inputs of that moment, as JSON or in hexadecimal. */
  readonly inputs: string;
}

/** What came of a campaign: how many inputs of each kind, and what was found. */
export interface Findings {
  readonly done: Readonly<Record<Kind, number>>;
  readonly findings: readonly Finding[];
}

/** A kind of inputs. */
export type Kind = keyof typeof KINDS;

/** What each kind's part of all inputs is: commands are many in life, too, and most others cost a connection each. */
export const shares = { commands: 0.8, frames: 0.05, handshakes: 0.03, credentials: 0.06, requests: 0.06 } as const;
const KINDS = { commands: 1, frames: 2, handshakes: 3, credentials: 4, requests: 5 } as const;
const BLOCK = { commands: 256, frames: 64, handshakes: 64, credentials: 64, requests: 64 } as const;
/** How many inputs are sent in one go where they come at a rate: a whole block is a flood for as long as it is worked off. */
const PACED_AT_ONCE = 16;
const TALKERS = 6;
const PEERS = 8;
const MOST_FINDINGS = 20;

/** Tries inputs that belong to a block, and judges what the server makes of each. */
type Work<T> = (inputs: readonly T[], name: string, block: number) => Promise<void>;

const TIGHT_LIST = /^sec-websocket-protocol:.*,[^ ]/im;

/** Tries random commands, frames, handshakes, credentials and requests on a server, and judges what it makes of each. */
export async function campaign(options: CampaignOptions): Promise<Findings> {
  const { port, seed, runs, rates, strict, only, perSecond, refusesTightLists = false } = options;
  const findings: Finding[] = [];
  const done: Record<Kind, number> = { commands: 0, frames: 0, handshakes: 0, credentials: 0, requests: 0 };
  const beganMs = performance.now();

  /** Does all blocks of a kind, several at a time; each worker takes the next one when it is done. */
  async function doAll<T>(kind: Kind, arbitrary: fc.Arbitrary<T>, workers: readonly Work<T>[]) {
    const wanted = Math.ceil(runs * shares[kind]);
    let next = 0;
    async function work(run: Work<T>): Promise<void> {
      for (let block = next++; block * BLOCK[kind] < wanted && findings.length < MOST_FINDINGS; block = next++) {
        const name = `${kind}:${block}`;
        if (only !== undefined && only !== name) continue;
        const numRuns = Math.min(BLOCK[kind], wanted - block * BLOCK[kind]);
        const inputs = fc.sample(arbitrary, { seed: seedOf(seed, KINDS[kind], block), numRuns });
        const atOnce = perSecond === undefined ? numRuns : PACED_AT_ONCE;
        for (let from = 0; from < numRuns; from += atOnce) {
          await paced(kind, block * BLOCK[kind] + from);
          await run(inputs.slice(from, from + atOnce), name, block);
        }
        done[kind] += numRuns;
      }
    }
    await Promise.all(workers.map(work));
  }

  /** Where inputs are to come at a rate, waits until one of this kind is due. */
  async function paced(kind: Kind, place: number): Promise<void> {
    if (perSecond === undefined) return;
    // By its place, and not by what is done: several workers would begin at once.
    const dueMs = beganMs + (place / (perSecond * shares[kind])) * 1_000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }

  function knocking(): Work<Knock> {
    return async function knockAll(list, name) {
      for (const [at, one] of list.entries()) {
        const report = (what: string): void =>
          void findings.push({ block: name, what, inputs: one.bytes.toString("latin1") });
        const refused = refusesTightLists && one.must === "upgrade" && TIGHT_LIST.test(one.bytes.toString("latin1"));
        await knock({ port, report }, refused ? { ...one, must: "refuse" } : one, at);
      }
    };
  }

  function asking(): Work<Parameters<typeof request>[1]> {
    return async function askAll(list, name) {
      for (const one of list) {
        const report = (what: string): void =>
          void findings.push({ block: name, what, inputs: one.bytes.toString("latin1") });
        await request({ port, report }, one);
      }
    };
  }

  function talking(): Work<string> {
    let under: { name: string; inputs: string } = { name: "", inputs: "" };
    const report = (what: string): void => void findings.push({ block: under.name, what, inputs: under.inputs });
    const talkers = (["v1", "batch"] as const).map(
      (form) => new Talker({ url: `ws://127.0.0.1:${port}/ws`, form, rates, report }),
    ) as [Talker, Talker];
    opened.push(...talkers);
    return async function talk(texts, name, block) {
      under = { name, inputs: JSON.stringify(texts) };
      // The form is the block's, whoever takes it: so it is the same again where the block is tried alone.
      const talker = block % 2 === 0 ? talkers[0] : talkers[1];
      await talker.say(texts);
      if (findings.length >= MOST_FINDINGS) talker.end();
    };
  }

  function framing(): Work<Parameters<FramePeer["send"]>[0]> {
    let under = { name: "", inputs: "" };
    const report = (what: string): void => void findings.push({ block: under.name, what, inputs: under.inputs });
    const peer = new FramePeer({ port, strict, report });
    return async function send(list, name) {
      for (const run of list) {
        under = { name, inputs: spell(run) };
        await peer.send(run);
      }
      peer.end();
    };
  }

  // Those of a campaign that is over would stay in their rooms, and keep these in the server's memory.
  const opened: Talker[] = [];
  await Promise.all([
    doAll("commands", commandTexts, Array.from({ length: TALKERS }, talking)),
    rates ? undefined : doAll("frames", frameRuns, Array.from({ length: PEERS / 2 }, framing)),
    rates ? undefined : doAll("handshakes", knocks, Array.from({ length: PEERS }, knocking)),
    rates ? undefined : doAll("credentials", credentialKnocks, Array.from({ length: PEERS }, knocking)),
    rates ? undefined : doAll("requests", fuzzRequests, Array.from({ length: PEERS }, asking)),
  ]);
  for (const talker of opened) talker.end();
  return { done, findings };
}

function spell(run: Parameters<typeof bytesOf>[0]): string {
  const said =
    run.type === "bytes"
      ? []
      : run.pieces.map(({ payload, ...rest }) => ({ ...rest, payload: payload.toString("latin1") }));
  return `${JSON.stringify(said)} ${bytesOf(run).toString("hex")}`;
}
