import type { Socket, SocketEvents } from "../../src/actors/connection/mod.ts";
import type { Format, Frames } from "../../src/actors/wire/mod.ts";
import { type Greenroom, type GreenroomOptions, greenroom } from "../../src/mod.ts";
import type { UpgradeSlot } from "../../src/routes/upgrade.ts";
import { Stage, seededRandom } from "../../src/testing/mod.ts";

/** An event as a guest hears it. */
export interface Heard {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A socket whose other side takes everything at once. */
class OpenSocket implements Socket {
  readonly bufferedBytes = 0;
  readonly pings = false;
  readonly heard: Heard[] = [];

  send(parts: readonly Frames[], format: Format): void {
    for (const part of parts) this.sendRaw(part.messages(format));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) this.heard.push(JSON.parse(String(message)) as Heard);
  }

  ping(): void {}
  awaitDrain(): undefined {}
  pause(): boolean {
    return true;
  }
  resume(): void {}
  close(): void {}
  terminate(): void {}
}

/** A guest of a server without a network. */
export class Guest {
  readonly #socket: OpenSocket;
  readonly #events: SocketEvents;

  constructor(socket: OpenSocket, events: SocketEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  say(command: object): void {
    this.#events.received(JSON.stringify(command));
  }

  /** What came of one type, oldest first. */
  heard(type: string): readonly Heard[] {
    return this.#socket.heard.filter((event) => event.type === type);
  }
}

/** A whole server on a stage: no network, and time stands still. */
export class House {
  readonly stage: Stage = new Stage();
  readonly rooms: Greenroom;

  constructor(options: GreenroomOptions = {}) {
    const { clock, scheduler } = this.stage;
    this.rooms = greenroom({ ports: { clock, scheduler, random: seededRandom(1) }, ...options });
  }

  /** Lets a guest in, as a runtime would: asks the routes for an upgrade, and connects a socket as they have planned. */
  async enter(path: string): Promise<Guest> {
    const slot: UpgradeSlot = {};
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
    };
    const request = new Request(`http://localhost${path}`, { headers });
    const response = await this.rooms.routes.fetch(request, { greenroom: slot });
    if (slot.plan === undefined) throw new Error(`Cannot enter by ${path}: ${response.status}`);
    const socket = new OpenSocket();
    const guest = new Guest(socket, slot.plan.connect(socket));
    await this.stage.settle();
    return guest;
  }
}
