/** 144 random bits that stand well in a URL: to know a file's id is to be allowed to fetch it. */
export function newFileId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, (sign) => (sign === "+" ? "-" : "_"));
}
