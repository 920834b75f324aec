export { type ConnectionsMessage, connections } from "./connections.ts";
export { Outbound } from "./outbound.ts";
export type { Pass, Verdict } from "./pass.ts";
export { type Admission, type House, receive, receiveEcho } from "./reception.ts";
export type { Socket, SocketEvents } from "./socket.ts";
