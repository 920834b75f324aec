import { expect, test } from "vitest";
import { connectDeno, type DenoWebSocket } from "../../src/runtime/deno-socket.ts";

/** A socket as Deno hands it out, which does nothing but take note. */
function denoSocket(): DenoWebSocket & { readonly closes: number[] } {
  const closes: number[] = [];
  return {
    binaryType: "blob",
    readyState: 1,
    bufferedAmount: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: () => undefined,
    close: (code) => void closes.push(code),
    closes,
  };
}

test("a socket of Deno's own hears nothing more behind its close, but for the end", () => {
  const ws = denoSocket();
  const heard: (string | number)[] = [];
  connectDeno(ws, {
    protocol: undefined,
    maxMessageBytes: 16,
    maxFragments: 1,
    deadAfterMs: 1_000,
    connect: () => ({
      received: (data) => void heard.push(String(data)),
      alive: () => undefined,
      drained: () => undefined,
      closed: (code) => void heard.push(code),
    }),
  });
  ws.onopen?.();
  ws.onmessage?.({ data: "before" });
  ws.onmessage?.({ data: "longer than it may be" });
  expect(ws.closes).toEqual([1009]);
  ws.onmessage?.({ data: "behind" });
  ws.onclose?.({ code: 0 });
  expect(heard).toEqual(["before", 1006]);
});
