/** What is uploaded, and for whom. */
export interface UploadOptions {
  /** Where the server's routes are. */
  readonly base: URL;
  readonly room: string;
  readonly file: File;
  /** What the message is called, so that a second try yields no second one. */
  readonly key: string;
  readonly name: string | undefined;
  readonly token: string | undefined;
  /** Told the share that is done, from 0 to 1. */
  readonly progressed: (share: number) => void;
}

/** An upload under way: it resolves with why it was not taken, or nothing. */
export interface Upload {
  readonly done: Promise<string | undefined>;
  cancel(): void;
}

/** Sends a file as a message; by the one API of browsers that tells how far it has come. */
export function upload({ base, room, file, key, name, token, progressed }: UploadOptions): Upload {
  const request = new XMLHttpRequest();
  const url = new URL(`api/rooms/${encodeURIComponent(room)}/files`, base);
  const said = { filename: file.name, key, name: token === undefined ? name : undefined };
  for (const [parameter, value] of Object.entries(said)) if (value) url.searchParams.set(parameter, value);
  const done = new Promise<string | undefined>((resolve) => {
    request.upload.addEventListener("progress", ({ loaded, total }) => progressed(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => resolve(request.status < 300 ? undefined : problemOf(request)));
    request.addEventListener("error", () => resolve("The server could not be reached."));
    request.addEventListener("abort", () => resolve("It was cancelled."));
  });
  request.open("POST", url);
  request.setRequestHeader("content-type", file.type || "application/octet-stream");
  if (token !== undefined) request.setRequestHeader("authorization", `Bearer ${token}`);
  request.send(file);
  return { done, cancel: () => request.abort() };
}

/** Why the server did not take it, in its own words (RFC 9457). */
function problemOf({ status, responseText }: XMLHttpRequest): string {
  try {
    const { detail } = JSON.parse(responseText) as { readonly detail?: unknown };
    if (typeof detail === "string") return detail;
  } catch {
    // It was somebody in between who answered.
  }
  return `The server answered ${status}.`;
}
