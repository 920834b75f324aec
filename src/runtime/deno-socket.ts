import { sendable } from "../actors/wire/mod.ts";
import { MessageSocket } from "../routes/message-socket.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What is used of the WebSocket that Deno hands out on an upgrade: it pings by itself, and cannot be paused or cut. */
export interface DenoWebSocket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: string | ArrayBuffer }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

const OPEN = 1;

/** Connects a socket, once it is open, with what its route has planned for it. */
export function connectDeno(ws: DenoWebSocket, plan: UpgradePlan): void {
  let socket: MessageSocket | undefined;
  const wire = {
    get open(): boolean {
      return ws.readyState === OPEN;
    },
    get bufferedBytes(): number {
      return ws.bufferedAmount;
    },
    send: (message: string | Uint8Array) => ws.send(message),
    close(code: number, reason: string): void {
      if (!sendable(code)) return; // Deno would send an illegal frame
      // Deno ends the connection with the next thing that comes behind a close; that is nobody's any more.
      ws.onmessage = null;
      ws.close(code, reason);
    },
  };
  ws.binaryType = "arraybuffer";
  ws.onopen = () => {
    if (wire.open) socket = new MessageSocket(wire, plan); // it may have closed again by now
  };
  ws.onmessage = ({ data }) => socket?.received(data);
  ws.onclose = ({ code }) => socket?.closed(code);
  ws.onerror = () => undefined; // "close" follows
}
