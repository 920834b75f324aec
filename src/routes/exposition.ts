import { boundsMs, type Histogram } from "../actors/counters/mod.ts";

/** One figure: with its labels, or none. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** What a figure is, as Prometheus takes it. */
export interface Family {
  readonly name: string;
  readonly meaning: string;
  readonly figure: { readonly counter: readonly Sample[] | number } | { readonly gauge: number } | Histogram;
}

/** Figures in Prometheus' text format, version 0.0.4; times in seconds, as is the custom there. */
export function exposition(families: readonly Family[]): string {
  return families.map(linesOf).join("");
}

/** The media type of that format. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

function linesOf({ name, meaning, figure }: Family): string {
  const type = "counter" in figure ? "counter" : "gauge" in figure ? "gauge" : "histogram";
  const head = `# HELP ${name} ${meaning}\n# TYPE ${name} ${type}\n`;
  if ("gauge" in figure) return `${head}${name} ${figure.gauge}\n`;
  if ("counter" in figure) {
    const samples: readonly Sample[] = typeof figure.counter === "number" ? [[{}, figure.counter]] : figure.counter;
    return head + samples.map(([labels, value]) => `${name}${labelled(labels)} ${value}\n`).join("");
  }
  return head + buckets(name, figure);
}

function buckets(name: string, { counts, sumMs }: Histogram): string {
  let below = 0;
  let lines = "";
  for (const [at, count] of counts.entries()) {
    below += count;
    const bound = boundsMs[at];
    lines += `${name}_bucket${labelled({ le: bound === undefined ? "+Inf" : String(bound / 1_000) })} ${below}\n`;
  }
  return `${lines}${name}_sum ${sumMs / 1_000}\n${name}_count ${below}\n`;
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
