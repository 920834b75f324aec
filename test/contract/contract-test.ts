import process from "node:process";
import { type TestContext, test as vitestTest } from "vitest";
import { type Target, type TargetName, targets } from "../matrix/targets.ts";
import { exceptions } from "./exceptions.ts";

/** The target this run holds to the contract; outside the matrix it is Node 24. */
export const targetName: TargetName = (process.env.GREENROOM_TEST_TARGET ?? "node24") as TargetName;

/** What the server of this run stands on. */
export const target: Target = targets[targetName];

const graceMs = 1_000;

type Body = (context: TestContext) => Promise<void>;

/**
 * A criterion of the contract. One that is listed as an exception for this target still runs: failing as the list says
 * marks it as an exception, passing is a failure, because the list is then out of date.
 */
export function test(name: string, body: Body, timeoutMs = 30_000): void {
  vitestTest(name, { timeout: timeoutMs + graceMs }, async (context) => {
    const full = fullNameOf(context);
    const exception = exceptions[targetName]?.[full];
    if (exception === undefined) return await within(timeoutMs, body(context));
    const failure = await within(timeoutMs, body(context)).then(() => undefined, messageOf);
    if (failure === undefined)
      throw new Error(`Cannot keep this exception: "${full}" passes on ${targetName}; remove it from the list`);
    if (!exception.fails.test(failure))
      throw new Error(`Cannot count this as the listed exception (${exception.reason}): ${failure}`);
    Object.assign(context.task.meta, { exception: exception.reason });
  });
}

/** Fails by name where vitest's own deadline would only say that it passed. */
async function within(deadlineMs: number, running: Promise<void>): Promise<void> {
  let deadline: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    deadline = setTimeout(
      () => reject(new Error(`Cannot wait longer than ${deadlineMs} ms for this test`)),
      deadlineMs,
    );
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(deadline);
  }
}

/** The names of the blocks around a test and its own, as vitest's reports join them. */
function fullNameOf({ task }: TestContext): string {
  return task.suite === undefined || task.suite.name === "" ? task.name : `${task.suite.name} ${task.name}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
