import { WebSocket } from "ws";
import type { EventType } from "../../src/actors/wire/mod.ts";
import { type Closed, deadlineMs, type EventOf, type Inbox, inbox } from "./inbox.ts";
import { canary, leaksIn } from "./watchword.ts";

/** A command as a test writes it: anything, since wrong ones are sent as well. */
export interface Command {
  readonly type?: unknown;
  readonly [field: string]: unknown;
}

/** How a client connects. */
export interface ClientOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Pongs are sent by themselves unless this is off. */
  readonly autoPong?: boolean;
  /** Takes binary messages, which only a client that downloads expects. */
  readonly onBinary?: (bytes: Buffer) => void;
}

/** A connection of the contract suite. */
export interface Client extends Pick<Inbox, "events" | "next" | "untaken"> {
  readonly socket: WebSocket;
  /** The subprotocol the server took; empty where it took none. */
  readonly protocol: string;
  readonly violations: readonly string[];
  readonly closed: Promise<Closed>;
  /** So many events of a type, in their order. */
  take<T extends EventType>(type: T, count: number, ...rest: Rest<T>): Promise<EventOf<T>[]>;
  /** Sends a command, or several in one frame where the subprotocol is batch. */
  send(command: Command | readonly Command[]): void;
  /** Sends a text frame as it stands. */
  sendText(text: string): void;
  /** Sends a command under a fresh `id` and resolves with the one event that bears it. */
  request<T extends EventType>(command: Command, answer: T, withinMs?: number): Promise<EventOf<T>>;
  /** Resolves once the server has read everything sent before. */
  settled(): Promise<void>;
  close(code?: number, reason?: string): Promise<Closed>;
}

type Rest<T extends EventType> = [fits?: (event: EventOf<T>) => boolean, withinMs?: number];

/** Connects and resolves once the socket is open; a refused handshake rejects with its status. */
export async function connect(
  url: string,
  { protocols = [], headers = {}, autoPong = true, onBinary }: ClientOptions = {},
): Promise<Client> {
  const socket = new WebSocket(withCanary(url), [...protocols], {
    headers: { cookie: `canary=${canary}`, ...headers },
    autoPong,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
    handshakeTimeout: deadlineMs,
  });
  const client = follow(socket, onBinary);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      reject(new Error(`Cannot connect to ${url}: status ${response.statusCode}`));
    });
  });
  return client;
}

/** The address with a word in its query that nobody asks for. */
function withCanary(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}canary=${canary}`;
}

function follow(socket: WebSocket, onBinary: ClientOptions["onBinary"]): Client {
  const sinceOf = new Map<string, number>();
  const { events, violations, next, untaken, receive, end } = inbox((room) => sinceOf.get(room));
  let lastId = 0;

  const closed = new Promise<Closed>((resolve) => {
    socket.on("close", (code, reason) => {
      watch(reason.toString());
      const why = { code, reason: reason.toString() };
      end(why);
      resolve(why);
    });
  });
  socket.on("error", () => {
    // `close` follows and says what there is to say.
  });
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary && onBinary !== undefined) onBinary(data);
    else if (isBinary) violations.push(`a binary frame of ${data.length} bytes`);
    else for (const event of decode(watch(data.toString()))) receive(event);
  });

  /** Nothing that a server says holds a secret. */
  function watch(text: string): string {
    for (const leak of leaksIn(text)) violations.push(`${leak} in what the server says`);
    return text;
  }

  function decode(text: string): unknown[] {
    const value = parse(text);
    const batch = socket.protocol.endsWith(".batch");
    if (batch !== Array.isArray(value)) violations.push(`no frame of "${socket.protocol}": ${text.slice(0, 200)}`);
    if (!Array.isArray(value)) return [value];
    if (value.length === 0) violations.push("an empty batch");
    return value;
  }

  function parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  function noteSince({ type, room = "lobby", since }: Command): void {
    if (type !== "join" || typeof room !== "string") return;
    const seq = (since as { readonly seq?: number } | undefined | null)?.seq;
    if (typeof seq === "number") sinceOf.set(room, seq);
    else sinceOf.delete(room);
  }

  function send(command: Command | readonly Command[]): void {
    for (const one of [command].flat() as Command[]) noteSince(one);
    socket.send(JSON.stringify(command));
  }

  async function request<T extends EventType>(command: Command, answer: T, withinMs?: number): Promise<EventOf<T>> {
    const id = `request-${++lastId}`;
    const isAnswer = (event: { readonly id?: unknown }): boolean => event.id === id;
    send({ ...command, id });
    const answered = next(answer, isAnswer as (event: EventOf<T>) => boolean, withinMs);
    if (answer === "error") return await answered;
    // An error is an answer as well, and one that should not wait for the deadline.
    const refused = next("error", isAnswer, withinMs).then((error) => {
      throw new Error(
        `Cannot get "${answer}" for ${JSON.stringify(command).slice(0, 160)}: it was refused with ${JSON.stringify(error)}`,
      );
    });
    refused.catch(() => {
      // Where the answer came, nobody waits for an error any more.
    });
    return await Promise.race([answered, refused]);
  }

  return {
    socket,
    get protocol() {
      return socket.protocol;
    },
    events,
    violations,
    closed,
    next,
    untaken,
    async take(type, count, ...rest) {
      const taken = [];
      for (let at = 0; at < count; at++) taken.push(await next(type, ...rest));
      return taken;
    },
    send,
    sendText: (text) => socket.send(text),
    request,
    async settled() {
      await request({ type: "ping" }, "pong");
    },
    close(code = 1000, reason = "") {
      socket.close(code, reason);
      return closed;
    },
  };
}
