/** One import of a file, of whatever form. */
export interface Import {
  /** What is imported, as it is written; `undefined` when it is computed. */
  readonly specifier: string | undefined;
  /** Whether it is gone once the types are erased. */
  readonly typeOnly: boolean;
}

const statement = /\b(?:import|export)\s+(type\s+)?(?:[\w$*{][^;"'`()=]*?)?from\s*["']([^"'\n]+)["']/g;
const sideEffect = /\bimport\s*["']([^"'\n]+)["']/g;
const call = /(typeof\s+)?\bimport\s*\(\s*(?:(["'`])([^"'`\n]*)\2)?/g;
const asset = /\bnew\s+(?:URL|Worker)\s*\(\s*["'`](\.[^"'`\n]*)["'`]/g;

/**
 * Every import a source makes: static, re-exported, for its types only, for its side effects, dynamic, `typeof import()`,
 * and a file named by `new URL("./…", import.meta.url)`.
 */
export function importsOf(source: string): Import[] {
  const { code } = mask(source);
  return [
    ...[...code.matchAll(statement)].map((found) => ({ specifier: found[2], typeOnly: isTypeOnly(found) })),
    ...[...code.matchAll(sideEffect)].map((found) => ({ specifier: found[1], typeOnly: false })),
    ...[...code.matchAll(call)].map((found) => ({ specifier: found[3], typeOnly: isTypeCall(found, code) })),
    ...[...code.matchAll(asset)].map((found) => ({ specifier: found[1], typeOnly: false })),
  ];
}

/** The source without comments and without what its strings say: what is left of a name here is code. */
export function codeOf(source: string): string {
  return mask(source).bare;
}

function isTypeOnly([text, type]: RegExpExecArray): boolean {
  if (type !== undefined) return true;
  const names = /^(?:import|export)\s*\{([^}]*)\}/
    .exec(text)?.[1]
    ?.split(",")
    .filter((name) => name.trim() !== "");
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

/** `import("…")` in the place of a type; a dynamic import is awaited, returned, passed on or assigned. */
function isTypeCall({ 1: typeQuery, index }: RegExpExecArray, code: string): boolean {
  return typeQuery !== undefined || /[:<|&]\s*$/.test(code.slice(0, index));
}

/** Blanks out comments (`code`), and the inside of strings and regular expressions too (`bare`). */
function mask(source: string): { code: string; bare: string } {
  let code = "";
  let bare = "";
  const tokens =
    /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*|[^]/g;
  for (let found = tokens.exec(source); found !== null; found = tokens.exec(source)) {
    let [token] = found;
    const isComment = token.startsWith("//") || token.startsWith("/*");
    if (token.length > 1 && token.startsWith("/") && !isComment && !regexMayStart(bare)) {
      token = "/";
      tokens.lastIndex = found.index + 1;
    }
    if (token.length === 1) {
      code += token;
      bare += token;
    } else if (isComment) {
      code += " ";
      bare += " ";
    } else {
      code += token;
      bare += `${token[0]}${holes(token)}${token[0]}`;
    }
  }
  return { code, bare };
}

/** After a value a slash divides; anywhere else it starts a regular expression. */
function regexMayStart(before: string): boolean {
  const text = before.trimEnd();
  return !/[\w$)\]}"'`]$/.test(text) || /\b(?:return|typeof|case|in|of|void|yield|await)$/.test(text);
}

/** The code in the holes of a template: it runs like any other. */
function holes(token: string): string {
  if (!token.startsWith("`")) return "";
  return [...token.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(" ");
}
