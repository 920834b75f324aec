import { element } from "./element.ts";

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Makes the little coloured square that stands for a person: the same for the same id. */
export function face(id: string, name: string): HTMLElement {
  const [first] = letters.segment(name);
  const made = element("span", { class: "face", "aria-hidden": "true" }, first?.segment.toUpperCase() ?? "?");
  made.style.setProperty("--hue", String(hueOf(id)));
  return made;
}

/** A hue in degrees, spread over the wheel (FNV-1a). */
function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % 360;
}
