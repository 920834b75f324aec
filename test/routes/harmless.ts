import { expect } from "vitest";
import { leaksIn } from "../contract/watchword.ts";

/** An answer, once it is certain that it holds no secret of the suite. */
export async function harmless(answer: Response | Promise<Response>): Promise<Response> {
  const response = await answer;
  const text = await response.clone().text();
  expect(leaksIn([...response.headers].flat().join("\n") + text), "secrets in an answer").toEqual([]);
  return response;
}
