/** Where the units begin that no UTF-8 can say by themselves, in UTF-16. */
const SURROGATES = 0xd800;
/** Where the code points begin that stand for them, and for all units behind them. */
const ASTRAL = 0x10000;

/**
 * A text as Redis has it: well-formed UTF-8 whatever the text is, lone surrogates included, no two texts alike, and bytes
 * that sort as the units of the text do. Every unit from U+D800 on stands as a code point of its own.
 */
export function escaped(text: string): string {
  return text.replace(/[\ud800-\uffff]/g, (unit) => String.fromCodePoint(unit.charCodeAt(0) - SURROGATES + ASTRAL));
}

/** The text that was escaped. */
export function unescaped(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}]/gu, (point) =>
    String.fromCharCode((point.codePointAt(0) as number) - ASTRAL + SURROGATES),
  );
}
