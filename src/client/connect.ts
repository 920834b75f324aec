import { type Client, newClient } from "./client.ts";
import { socketUrl } from "./dialer.ts";
import type { Address, ConnectOptions } from "./options.ts";
import { worldPorts } from "./world.ts";

/**
 * Connects to a server, and stays connected.
 *
 * @example
 * ```ts
 * const client = connect("wss://chat.example/ws", { name: "ada" });
 * const lobby = client.room("lobby");
 * lobby.publish("hello");
 * for await (const event of lobby) if (event.type === "message") console.log(event.content);
 * ```
 *
 * @throws {TypeError} where the address is none.
 */
export function connect(address: Address, options: ConnectOptions = {}): Client {
  if (typeof address !== "function") socketUrl(address, undefined);
  return newClient({ ...options, address, ports: { ...worldPorts(), ...options.ports } });
}
