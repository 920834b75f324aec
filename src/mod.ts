/**
 * Greenroom: rooms for realtime apps, over plain WebSocket, on Node, Deno and Bun.
 *
 * @module
 */

export type { Socket, SocketEvents } from "./actors/connection/mod.ts";
export type { Counters, Histogram } from "./actors/counters/mod.ts";
export type { Blobs, Deposit, Reading } from "./actors/files/mod.ts";
export type {
  ActorRef,
  ActorSnapshot,
  Behavior,
  Clock,
  Context,
  Ending,
  HandedOut,
  Handle,
  Layer,
  MailboxPolicy,
  MessageClass,
  Meter,
  Ports,
  Random,
  RestartPolicy,
  Scheduler,
  SpawnOptions,
  Supervision,
  SystemEvent,
} from "./actors/kernel/mod.ts";
export { ActorSystem, restartOnFailure, stopOnFailure } from "./actors/kernel/mod.ts";
export type {
  AudienceObserver,
  Bus,
  Change,
  Cursor,
  Draft,
  Entry,
  Fence,
  Head,
  Host,
  HostMessage,
  HostPost,
  HostRoom,
  Listener,
  Outcome,
  Page,
  PageLimit,
  PutOptions,
  PutOutcome,
  Range,
  Records,
  RecordsPage,
  RoomLayer,
  RoomLog,
  RoomMessage,
  RoomScope,
  SetOutcome,
  Stored,
  Subscription,
  Tail,
  Watch,
} from "./actors/room/mod.ts";
export { closeCodes, comesBack, encode, Frames, type Json, type Limits, type ServerEvent } from "./actors/wire/mod.ts";
export type {
  Algorithm,
  Authenticate,
  Authorize,
  DoorOptions,
  GrantTable,
  KeySource,
  ProxyHeader,
  TokenOptions,
  Who,
} from "./door/mod.ts";
export { type Greenroom, type GreenroomOptions, greenroom } from "./greenroom.ts";
export { type TickerOptions, ticker } from "./hosts/ticker.ts";
export { DiskBlobs } from "./logs/disk-blobs.ts";
export { type MemoryLogOptions, MemoryStore, memoryLog } from "./logs/memory.ts";
export { MemoryBlobs, type MemoryBlobsOptions } from "./logs/memory-blobs.ts";
export { MemoryHub, memoryBus } from "./logs/memory-bus.ts";
export { MemoryRecords } from "./logs/memory-records.ts";
export type { Reach } from "./routes/health.ts";
export { honoUpgrade } from "./routes/hono-upgrade.ts";
export type { Upgrade, UpgradePlan } from "./routes/upgrade.ts";
export { realPorts } from "./runtime/ports.ts";
