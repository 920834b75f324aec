import { describe, expect, test } from "vitest";
import type { SocketEvents } from "../../src/actors/connection/mod.ts";
import { Frames } from "../../src/actors/wire/mod.ts";
import type { UpgradePlan } from "../../src/routes/upgrade.ts";
import { BunSocket, type BunWebSocket, websocket } from "../../src/runtime/bun-socket.ts";

const handlers = websocket as {
  open(ws: BunWebSocket): void;
  message(ws: BunWebSocket, data: string | Uint8Array): void;
  close(ws: BunWebSocket, code: number): void;
};

/** A WebSocket as Bun has it, which writes down what is done with it. */
class ScriptedWebSocket implements BunWebSocket {
  readonly done: string[] = [];
  readonly data: BunSocket;
  readyState = 1;
  /** The message that is thrown away. */
  dropped: string | undefined;

  constructor(plan: UpgradePlan) {
    this.data = new BunSocket(plan);
    handlers.open(this);
  }

  sendText(text: string): number {
    this.done.push(`text ${text}`);
    return this.readyState !== 1 || text === this.dropped ? 0 : text.length;
  }

  sendBinary(bytes: Uint8Array): number {
    this.done.push(`bytes ${bytes.length}`);
    return bytes.length;
  }

  cork(run: (ws: BunWebSocket) => void): void {
    if (this.readyState !== 1) return;
    this.done.push("cork");
    run(this);
    this.done.push("uncork");
  }

  getBufferedAmount(): number {
    return 0;
  }

  ping(): number {
    return 0;
  }

  close(code: number): void {
    this.done.push(`close ${code}`);
  }

  terminate(): void {
    this.done.push("terminate");
  }
}

/** An open socket, and what its connection is told. */
function opened(): { readonly ws: ScriptedWebSocket; readonly told: string[] } {
  const told: string[] = [];
  const events: SocketEvents = {
    received: (data) => void told.push(`received ${data.length}`),
    alive: () => undefined,
    drained: () => undefined,
    closed: (code) => void told.push(`closed ${code}`),
  };
  const plan = { protocol: undefined, maxMessageBytes: 8, maxFragments: 1, deadAfterMs: 1, connect: () => events };
  return { ws: new ScriptedWebSocket(plan), told };
}

describe("BunSocket", () => {
  test("sends a message that is alone as it is", () => {
    const { ws } = opened();
    ws.data.send([new Frames(["one"])], "v1");
    ws.data.sendRaw([new Uint8Array(3)]);
    expect(ws.done).toEqual(["text one", "bytes 3"]);
  });

  test("sends messages that stand together in one write, in their order", () => {
    const { ws } = opened();
    ws.data.send([new Frames(["one", "two"]), new Frames(["three"])], "v1");
    expect(ws.done).toEqual(["cork", "text one", "text two", "text three", "uncork"]);
  });

  test("keeps the writes of several sockets apart", () => {
    const [one, other] = [opened().ws, opened().ws];
    one.data.send([new Frames(["1", "2"])], "v1");
    other.data.send([new Frames(["3", "4"])], "v1");
    expect([one.done, other.done]).toEqual([
      ["cork", "text 1", "text 2", "uncork"],
      ["cork", "text 3", "text 4", "uncork"],
    ]);
  });

  test.each([
    ["alone", ["lost"], ["text lost", "terminate"]],
    ["among others", ["lost", "last"], ["cork", "text lost", "text last", "uncork", "terminate"]],
  ])("cuts the connection of a peer whose message Bun has thrown away, %s", (_, texts, done) => {
    const { ws } = opened();
    ws.dropped = "lost";
    ws.data.send([new Frames(texts)], "v1");
    expect(ws.done).toEqual(done);
  });

  test("takes an empty message for sent", () => {
    const { ws } = opened();
    ws.data.sendRaw([""]);
    expect(ws.done).toEqual(["text "]);
  });

  test("does nothing to a socket that is closed", () => {
    const { ws } = opened();
    ws.readyState = 3;
    ws.data.sendRaw(["one"]);
    ws.data.sendRaw(["one", "two"]);
    ws.data.close(1000, "");
    expect(ws.done).toEqual(["text one"]);
  });

  test("passes on messages up to the bound, counted in UTF-8, and closes with 1009 past it", () => {
    const { ws, told } = opened();
    for (const data of ["12345678", "éééé", new Uint8Array(8)]) handlers.message(ws, data);
    expect(told).toEqual(["received 8", "received 4", "received 8"]);
    for (const data of ["123456789", "ééééé", new Uint8Array(9)]) handlers.message(ws, data);
    expect(told).toHaveLength(3);
    expect(ws.done).toEqual(["close 1009", "close 1009", "close 1009"]);
  });

  test("tells of the close once, and of nothing after it", () => {
    const { ws, told } = opened();
    handlers.close(ws, 1006);
    handlers.message(ws, "late");
    handlers.close(ws, 1006);
    expect(told).toEqual(["closed 1006"]);
  });
});
