import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Client, type ClientOptions, connect } from "./client.ts";
import type { EventOf } from "./inbox.ts";
import { type Answer, openRaw, type RawSocket } from "./raw.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

/** One server for a file of tests, and the connections each test makes to it. */
export interface Stage {
  readonly server: Server;
  /** A WebSocket address on the server. */
  url(path?: string): string;
  /** An open connection that has not read its `welcome` yet. */
  open(path?: string, options?: ClientOptions): Promise<Client>;
  /** A guest who has been welcomed. */
  guest(name?: string, options?: ClientOptions): Promise<Client>;
  /** A guest who has joined a room, and the `joined` that said so. */
  member(
    room: string,
    name?: string,
    options?: ClientOptions,
  ): Promise<Client & { readonly joined: EventOf<"joined"> }>;
  /** A member of a fresh room in which so many messages stand. */
  writer(count: number): Promise<Client & { readonly room: string }>;
  /** A TCP connection. */
  raw(): Promise<RawSocket>;
  /** A TCP connection that has been upgraded by hand. */
  upgraded(path?: string): Promise<RawSocket>;
  /** Sends a request by hand and reads its answer, which there must be. */
  answered(request: string): Promise<Answer>;
  /** Fails unless the process lives and a newcomer is answered within two seconds. */
  stillServes(): Promise<void>;
}

let lastRoom = 0;

/** A room's name that no other test has used. */
export function freshRoom(prefix = "room"): string {
  return `${prefix}-${++lastRoom}`;
}

/** What the server had to say of actors that failed and of errors nobody caught; no peer may bring that about. */
function failuresIn(output: string): string[] {
  return output.split("\n").filter((line) => /has failed|Error:|error:|panicked/.test(line));
}

/**
 * Starts a server before the file's tests and ends it after them. After each test its connections are closed, and each
 * event they received must have been in order and as its schema says.
 */
export function stage(options: ServerOptions = {}): Stage {
  let server: Server | undefined;
  const clients: Client[] = [];
  const raws: RawSocket[] = [];
  let reported = 0;

  beforeAll(async () => {
    server = await startServer(options);
  });
  afterEach(async () => {
    const ending = clients.splice(0);
    for (const { socket } of ending) socket.terminate();
    for (const raw of raws.splice(0)) raw.destroy();
    await Promise.all(ending.map(({ closed }) => closed));
    expect(ending.flatMap(({ violations }) => violations.slice(0, 3))).toEqual([]);
    const failures = failuresIn(running().output());
    const fresh = failures.slice(reported);
    reported = failures.length;
    expect(fresh).toEqual([]);
  });
  afterAll(() => server?.stop());

  const running = (): Server => {
    if (server === undefined) throw new Error("Cannot use the server: it has not started");
    return server;
  };
  const url = (path = "/ws"): string => `ws://127.0.0.1:${running().port}${path}`;

  async function open(path?: string, clientOptions?: ClientOptions): Promise<Client> {
    const client = await connect(url(path), clientOptions);
    clients.push(client);
    return client;
  }

  async function guest(name?: string, clientOptions?: ClientOptions): Promise<Client> {
    const client = await open(name === undefined ? "/ws" : `/ws?name=${name}`, clientOptions);
    await client.next("welcome");
    return client;
  }

  async function member(room: string, name?: string, clientOptions?: ClientOptions): ReturnType<Stage["member"]> {
    const client = await guest(name, clientOptions);
    const joined = await client.request({ type: "join", room }, "joined");
    return Object.assign(client, { joined });
  }

  /** How long it takes until someone who connects now is greeted and answered. */
  async function newcomerMs(): Promise<number> {
    const startedMs = performance.now();
    const probe = await connect(url(), {}).catch((error: unknown) => {
      throw new Error(
        `Cannot reach the server any more (alive: ${running().alive()}): ${error}\n${running().output().slice(-2_000)}`,
      );
    });
    try {
      await probe.next("welcome", undefined, 10_000);
      await probe.request({ type: "ping" }, "pong", 10_000);
    } finally {
      probe.socket.terminate();
    }
    return performance.now() - startedMs;
  }

  async function raw(): Promise<RawSocket> {
    const opened = await openRaw(running().port);
    raws.push(opened);
    return opened;
  }

  return {
    get server() {
      return running();
    },
    url,
    open,
    guest,
    member,
    raw,
    async writer(count) {
      const room = freshRoom();
      const client = await member(room);
      for (let at = 1; at <= count; at++) client.send({ type: "message", room, content: `message ${at}` });
      await client.take("message", count);
      return Object.assign(client, { room });
    },
    async upgraded(path) {
      const opened = await raw();
      const answer = await opened.upgrade(path);
      if (answer?.status !== 101)
        throw new Error(`Cannot upgrade ${path}: ${answer?.status ?? "the socket was dropped"}`);
      return opened;
    },
    async answered(request) {
      const opened = await raw();
      opened.write(request);
      const answer = await opened.answer();
      if (answer === undefined) throw new Error("Cannot read an answer: the socket was dropped");
      return answer;
    },
    async stillServes() {
      // Twice at the most: the machine may have been busy with something else just then.
      const first = await newcomerMs();
      const ms = first < 2_000 ? first : await newcomerMs();
      expect(ms, "milliseconds until a newcomer is answered").toBeLessThan(2_000);
      expect(running().alive(), running().output().slice(-2_000)).toBe(true);
    },
  };
}
