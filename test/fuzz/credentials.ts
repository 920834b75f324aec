import { Buffer } from "node:buffer";
import fc from "fast-check";
import { type ForgedToken, forgedTokens } from "./forged-tokens.ts";
import { fuzzedHouse } from "./fuzzed-house.ts";
import type { Knock } from "./handshakes.ts";

/** Where credentials stand in a request, and what must come of it. */
interface Shown {
  readonly query: string;
  readonly headers: readonly string[];
  readonly must: Knock["must"];
}

const key = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const path = fc.constantFrom("/ws", "/ws/lobby", "/", "/echo");
const must: Readonly<Record<ForgedToken["good"], Knock["must"]>> = { yes: "upgrade", no: "refuse", perhaps: "either" };
/** What a subprotocol may be made of (RFC 9110 §5.6.2), and what may stand behind `Bearer`. */
const ELEMENT = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const byHeader = forgedTokens.map((it): Shown => shown(it, [`Authorization: Bearer ${it.text}`]));
const byProtocol = fc
  .tuple(
    forgedTokens,
    fc.constantFrom("greenroom.v1, bearer.%", "bearer.%,greenroom.v1.batch", "chat , greenroom.v1,bearer.%"),
  )
  .filter(([it]) => ELEMENT.test(it.text))
  .map(([it, offer]): Shown => shown(it, [`Sec-WebSocket-Protocol: ${offer.replace("%", () => it.text)}`]));
const byCookie = forgedTokens
  .filter(({ text }) => text !== "")
  .map(
    (it): Shown => shown(it, [`Cookie: other=1; ${fuzzedHouse.cookie}=${it.text}`, `Origin: ${fuzzedHouse.origin}`]),
  );
const byQuery = forgedTokens.map((it): Shown => ({ ...shown(it, []), query: `token=${encodeURIComponent(it.text)}` }));

/** A cookie of a page from elsewhere is refused with its page, and one that no page sends counts for nothing. */
const strayCookie = fc
  .tuple(
    forgedTokens,
    fc.constantFrom(undefined, "null", "http://127.0.0.1.example", "https://127.0.0.1", "http://127.0.0.1:1", ""),
  )
  .map(([it, origin]): Shown => {
    const cookie = `Cookie: ${fuzzedHouse.cookie}=${it.text}`;
    if (origin === undefined) return { query: "", headers: [cookie], must: "upgrade" };
    return { query: "", headers: [cookie, `Origin: ${origin}`], must: "refuse" };
  });

/** What is no `Bearer`, a space and a token. */
const malformed = fc
  .tuple(
    forgedTokens,
    fc.constantFrom(
      "bearer %",
      "BEARER %",
      "Bearer",
      "Bearer  %",
      "Bearer\t%",
      "Basic %",
      "Bearer % %",
      "Bearer %,x",
      "Token %",
      "%",
      "Bearer \u00ff%",
    ),
  )
  .filter(([it]) => it.text !== "")
  .map(
    ([it, form]): Shown =>
      shown({ text: it.text, good: "no" }, [`Authorization: ${form.replaceAll("%", () => it.text)}`]),
  );

const ticket = fc
  .oneof(
    fc.stringMatching(/^[\w-]{22}$/),
    fc.string({ maxLength: 40 }),
    fc.constantFrom("", "__proto__", "x".repeat(4_000)),
  )
  .map((it): Shown => ({ query: `ticket=${encodeURIComponent(it.toWellFormed())}`, headers: [], must: "refuse" }));

/** Two ways at once: the first counts, and bad credentials do not make way for good ones. */
const several = fc.tuple(byHeader, fc.oneof(byQuery, byCookie, ticket)).map(([one, other]): Shown => {
  return { ...one, query: other.query, headers: [...one.headers, ...other.headers] };
});

/** Bytes that may be no text, and lines that do not end where they seem to. */
const raw = fc
  .tuple(
    fc.constantFrom(
      "Authorization: Bearer ",
      "Sec-WebSocket-Protocol: greenroom.v1, bearer.",
      `Cookie: ${fuzzedHouse.cookie}=`,
    ),
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
  )
  .map(
    ([before, bytes]): Shown => ({
      query: "",
      headers: [before + Buffer.from(bytes).toString("latin1")],
      must: "survive",
    }),
  );

/** Upgrades that bring credentials in any of the ways there are: good ones, bad ones, stray ones and several at once. */
export const credentialKnocks: fc.Arbitrary<Knock> = fc
  .tuple(
    path,
    key,
    fc.oneof(
      { weight: 4, arbitrary: byHeader },
      { weight: 3, arbitrary: byProtocol },
      { weight: 3, arbitrary: byCookie },
      { weight: 2, arbitrary: byQuery },
      { weight: 1, arbitrary: strayCookie },
      { weight: 2, arbitrary: malformed },
      { weight: 1, arbitrary: ticket },
      { weight: 1, arbitrary: several },
      { weight: 1, arbitrary: raw },
    ),
  )
  .map(([to, nonce, { query, headers, must: wanted }]): Knock => {
    const lines = [
      "Host: 127.0.0.1",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${nonce}`,
      ...headers,
    ];
    const target = query === "" ? to : `${to}?${query}`;
    return { bytes: Buffer.from(`GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1"), must: wanted };
  });

function shown({ good }: ForgedToken, headers: readonly string[]): Shown {
  return { query: "", headers, must: must[good] };
}
