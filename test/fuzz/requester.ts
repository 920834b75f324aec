import { type Answer, goodHeaders, openRaw } from "../contract/raw.ts";
import { fuzzedHouse } from "./fuzzed-house.ts";
import type { FuzzRequest } from "./requests.ts";

/** What is asked. */
export interface RequesterOptions {
  readonly port: number;
  readonly report: (what: string) => void;
}

const HANG_MS = 10_000;
/** How long a server may wait for the rest of what may be half a request, once its peer has said all and gone. */
const LET_GO_MS = 20_000;
/** What a runtime answers by itself to a method or a version that it does not know (RFC 9110 §15.6). */
const FOREIGN: ReadonlySet<number> = new Set([501, 505]);
const SECRETS = [fuzzedHouse.secret, fuzzedHouse.admin];

/** Asks once, and judges how it was answered; a ticket that was made is to let its user in once. */
export async function request({ port, report }: RequesterOptions, asked: FuzzRequest): Promise<void> {
  const { bytes, allowed, ticket = false } = asked;
  try {
    const answer = await ask(port, asked);
    if (answer !== undefined) judge(answer, report);
    const status = answer?.status;
    if (allowed !== undefined && (status === undefined || !allowed.includes(status))) {
      return report(
        `${status ?? "no answer"}, where it should be ${allowed.join(" or ")}: ${answer?.body.slice(0, 200)}`,
      );
    }
    if (ticket && status === 201)
      await spend(port, (JSON.parse(answer?.body ?? "") as { readonly ticket: string }).ticket, report);
  } catch (error) {
    report(`${error instanceof Error ? error.message : String(error)} behind ${bytes.length} bytes`);
  }
}

async function ask(port: number, { bytes, allowed }: FuzzRequest): Promise<Answer | undefined> {
  const raw = await openRaw(port);
  try {
    raw.write(bytes);
    // Whether it was half a request or more than one: nothing more comes.
    if (allowed === undefined) raw.socket.end();
    return await raw.answer(allowed === undefined ? LET_GO_MS : HANG_MS);
  } finally {
    raw.reset();
  }
}

/** What holds of every answer: none is a failure, none says a secret, and a refusal of ours says what it is. */
function judge({ status, headers, body }: Answer, report: (what: string) => void): void {
  if (status >= 500 && !FOREIGN.has(status)) report(`a ${status}: ${body.slice(0, 200)}`);
  const all = `${body}\n${[...headers].join("\n")}`;
  if (SECRETS.some((secret) => all.includes(secret))) report("an answer that says a secret");
  if (headers.get("content-type") !== "application/problem+json") return;
  const said = body === "" ? { status } : (JSON.parse(body) as { readonly status: number });
  if (said.status !== status) report(`a ${status} that says it is ${said.status}`);
}

/** A ticket lets its user in, and nobody behind that. */
async function spend(port: number, ticket: string, report: (what: string) => void): Promise<void> {
  const statuses: (number | undefined)[] = [];
  for (let time = 0; time < 2; time += 1) {
    const raw = await openRaw(port);
    const answer = await raw.upgrade(`/ws?ticket=${ticket}`, goodHeaders()).finally(() => raw.reset());
    statuses.push(answer?.status);
  }
  // Its user may have been revoked by now.
  const [first, second] = statuses;
  if ((first !== 101 && first !== 403) || second !== 401)
    report(`a ticket that was answered ${statuses.join(" and then ")}`);
}
