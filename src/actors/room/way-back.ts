import type { Listener } from "./listener.ts";
import type { Answer } from "./message.ts";

/** Where the answer to something a listener asked goes: to the listener, unless it was asked for by another way. */
export function wayBack({ listener, answer }: { readonly listener: Listener; readonly answer?: Answer }): Answer {
  return answer ?? ((text) => listener.reply(text));
}
