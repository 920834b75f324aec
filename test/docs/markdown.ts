/** A part of a page: its heading, and the text below it. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

/** A fenced block: what stands behind the fence, and what is inside. */
export interface Block {
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(.*)\n([^]*?)\n```$/gm)].map(([, info = "", text = ""]) => ({ info, text }));
}

/** The sections of a page under headings of one level; code is no heading. */
export function sectionsOf(page: string, level: number): readonly Section[] {
  const mark = `${"#".repeat(level)} `;
  const sections: { title: string; text: string }[] = [];
  let fenced = false;
  for (const line of page.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    if (!fenced && line.startsWith(mark)) sections.push({ title: line.slice(mark.length), text: "" });
    else {
      const last = sections.at(-1);
      if (last !== undefined) last.text += `${line}\n`;
    }
  }
  return sections;
}

/** The cells of all tables of a text, without their heads. */
export function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let inTable = false;
  for (const line of text.split("\n")) {
    if (!line.startsWith("|")) inTable = false;
    else if (/^\|[ |-]+\|$/.test(line) && line.includes("---")) inTable = true;
    else if (inTable) {
      rows.push(
        line
          .slice(1, -1)
          .split("|")
          .map((cell) => cell.trim()),
      );
    }
  }
  return rows;
}
