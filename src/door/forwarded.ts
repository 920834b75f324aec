/** What one proxy says of a request: who sent it, by which scheme and to which host. */
export interface Hop {
  readonly for?: string;
  readonly proto?: string;
  readonly host?: string;
}

/** One pair of a `Forwarded` element: a name, and a token or a quoted string (RFC 7239 §4). */
const PAIR = /^\s*([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))\s*$/;

/** Reads a `Forwarded` header (RFC 7239): a hop for each of its elements, with nothing in it where that is none. */
export function readForwarded(header: string): readonly Hop[] {
  return splitOutsideQuotes(header, ",").map((element) => {
    const hop: Record<string, string> = {};
    for (const pair of splitOutsideQuotes(element, ";")) {
      const [whole, name = "", quoted, token] = PAIR.exec(pair) ?? [];
      // A quote that somebody left open reaches into what the proxy has written: nothing of such a hop is believed.
      if (whole === undefined && pair.trim() !== "") return {};
      const key = name.toLowerCase();
      if (key === "for" || key === "proto" || key === "host") hop[key] = quoted?.replace(/\\(.)/g, "$1") ?? token ?? "";
    }
    return hop;
  });
}

/** In one go, however hostile the text; a quote that is never closed is none, and so is none behind it. */
function splitOutsideQuotes(text: string, separator: "," | ";"): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      if (end === -1) return [...parts, ...text.slice(from).split(separator)];
      at = end;
    } else if (text[at] === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** Where the quoted string that begins at `from` ends; -1 where it does not. */
function closingQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return -1;
}
