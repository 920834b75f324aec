import type { Attachment } from "../client/mod.ts";
import { bytesOf } from "./bytes.ts";
import { element } from "./element.ts";
import { icon } from "./icon.ts";

/** Pictures that the server hands out as such. */
const pictures = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** Shows a file that came with a message: a picture as one, in a box that is there before it is; anything else as a card. */
export function attachmentView(attachment: Attachment, base: URL): HTMLElement {
  // By its id, and not by the address that came along: that is somebody's word, and knows no prefix.
  const href = new URL(`files/${encodeURIComponent(attachment.file)}`, base).href;
  if (!pictures.has(attachment.media)) return card(attachment, href);
  const image = element("img", { src: href, alt: attachment.name, decoding: "async" });
  const link = element("a", { class: "picture", href, target: "_blank", rel: "noopener noreferrer" }, image);
  image.addEventListener("load", () => link.classList.add("loaded"), { once: true });
  image.addEventListener("error", () => link.replaceWith(card(attachment, href)), { once: true });
  return link;
}

function card({ name, size }: Attachment, href: string): HTMLElement {
  const text = element(
    "span",
    { class: "file-text" },
    element("bdi", { class: "file-name" }, name),
    element("span", { class: "file-size" }, bytesOf(size)),
  );
  const drawing = icon("M11 3H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V7zm0 0v4h4");
  return element("a", { class: "file", href, download: name, rel: "noopener noreferrer" }, drawing, text);
}
