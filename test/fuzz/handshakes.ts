import { Buffer } from "node:buffer";
import fc from "fast-check";

/** A request to upgrade, or something like it, and what must come of it. */
export interface Knock {
  readonly bytes: Buffer;
  /** 101, or a refusal (400 to 499), or one of both, or whatever a server makes of bytes that may be no request. */
  readonly must: "upgrade" | "refuse" | "either" | "survive";
}

type Lines = readonly (readonly [name: string, value: string])[];

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Lines;
}

const key = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const name = fc.stringMatching(/^[a-zA-Z0-9_]{3,20}$/, { size: "small" });
const room = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/, { size: "small" })
  .filter((it) => !/^\.+$/.test(it));
const target = fc.oneof(
  fc.constantFrom("/ws", "/", "/echo", "/ws/lobby", "/ws?room=a&room=b"),
  fc.tuple(room, name).map(([path, guest]) => `/ws/${path}?name=${guest}`),
);
const header = fc
  .tuple(fc.stringMatching(/^X-[A-Za-z0-9]{1,12}$/), fc.stringMatching(/^[ -~]{0,40}$/))
  .map(([one, value]) => [one, value.trim()] as const);
const protocols = fc.constantFrom(
  "greenroom.v1",
  "greenroom.v1.batch",
  "greenroom.v1, greenroom.v1.batch",
  "chat, greenroom.v1",
);

const good: fc.Arbitrary<Request> = fc
  .tuple(
    target,
    key,
    fc.array(header, { maxLength: 5 }),
    fc.option(protocols),
    fc.constantFrom("websocket", "WebSocket"),
  )
  .map(([to, nonce, more, offer, upgrade]) => ({
    method: "GET",
    target: to,
    headers: [
      ["Host", "127.0.0.1"],
      ["Connection", "Upgrade"],
      ["Upgrade", upgrade],
      ["Sec-WebSocket-Version", "13"],
      ["Sec-WebSocket-Key", nonce],
      ...(offer === null || to === "/echo" ? [] : [["Sec-WebSocket-Protocol", offer] as const]),
      ...more,
    ],
  }));

/** One thing that makes a good request a bad one. */
const faults: readonly ((request: Request) => Request)[] = [
  (request) => ({ ...request, method: "POST" }),
  (request) => ({ ...request, method: "PUT" }),
  (request) => ({ ...request, target: `/nowhere${request.target}` }),
  (request) => without(request, "Sec-WebSocket-Key"),
  (request) => without(request, "Sec-WebSocket-Version"),
  (request) => without(request, "Connection"),
  (request) => set(request, "Sec-WebSocket-Key", "c2hvcnQ="),
  (request) => set(request, "Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!=="),
  (request) => set(request, "Sec-WebSocket-Version", "12"),
  (request) => set(request, "Sec-WebSocket-Version", "13, 8"),
  (request) => set({ ...request, target: "/ws" }, "Sec-WebSocket-Protocol", "chat"),
  (request) => set({ ...request, target: "/ws" }, "Upgrade", "h2c"),
  (request) => set(request, "Content-Length", "5"),
];

const bad = fc.tuple(good, fc.constantFrom(...faults)).map(([request, fault]) => fault(request));

const mutated = fc
  .tuple(fc.oneof(good, bad), fc.nat(), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 8 }))
  .map(([request, from, length, put]) => {
    const bytes = spelled(request);
    const at = from % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + length)]);
  });
const cut = fc.tuple(good, fc.nat()).map(([request, at]) => {
  const bytes = spelled(request);
  return bytes.subarray(0, at % bytes.length);
});
const random = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => Buffer.from(bytes));

/** Requests to upgrade that are good, bad in one point, mutated, cut off, and random bytes. */
export const knocks: fc.Arbitrary<Knock> = fc.oneof(
  { weight: 3, arbitrary: good.map((request): Knock => ({ bytes: spelled(request), must: "upgrade" })) },
  { weight: 3, arbitrary: bad.map((request): Knock => ({ bytes: spelled(request), must: "refuse" })) },
  { weight: 4, arbitrary: fc.oneof(mutated, cut, random).map((bytes): Knock => ({ bytes, must: "survive" })) },
);

function spelled({ method, target: to, headers }: Request): Buffer {
  const body = headers.some(([one]) => one === "Content-Length") ? "hello" : "";
  const lines = headers.map(([one, value]) => `${one}: ${value}`);
  return Buffer.from(`${method} ${to} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

function without(request: Request, gone: string): Request {
  return { ...request, headers: request.headers.filter(([one]) => one !== gone) };
}

function set(request: Request, one: string, value: string): Request {
  return { ...request, headers: [...without(request, one).headers, [one, value]] };
}
