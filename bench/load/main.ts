/**
 * Does one job to a running server and prints what came of it: `node bench/load/main.ts PORT PID JOB`, the job as JSON. A
 * process of its own, so that it can have a core of its own.
 */
import process from "node:process";
import { type ChurnJob, churn } from "./churn.ts";
import { type FanOutJob, fanOut } from "./fan-out.ts";
import { type HistoryJob, history } from "./history.ts";
import { type IdleJob, idle } from "./idle.ts";
import { type JoiningJob, joining } from "./joining.ts";
import { type ManyRoomsJob, manyRooms } from "./many-rooms.ts";
import { type ReturningJob, returning } from "./returning.ts";

/** What a load can be. */
export type Job = FanOutJob | ChurnJob | IdleJob | HistoryJob | ManyRoomsJob | JoiningJob | ReturningJob;

if (import.meta.main) {
  const [port, pid, text = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await done(JSON.parse(text) as Job, { port: Number(port), pid: Number(pid) })));
  process.exit();
}

function done(job: Job, server: { readonly port: number; readonly pid: number }): Promise<object> {
  switch (job.type) {
    case "fan-out":
      return fanOut(job, server);
    case "churn":
      return churn(job, server);
    case "idle":
      return idle(job, server);
    case "history":
      return history(job, server);
    case "many-rooms":
      return manyRooms(job, server);
    case "joining":
      return joining(job, server);
    case "returning":
      return returning(job, server);
    default:
      return job satisfies never;
  }
}
