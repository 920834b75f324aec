import { clientMutations } from "./clients.ts";
import { deliveryMutations } from "./delivery.ts";
import { diskMutations } from "./disk.ts";
import { fileMutations } from "./files.ts";
import { leaseMutations } from "./leases.ts";
import { lifeMutations } from "./lives.ts";
import { moderationMutations } from "./moderation.ts";
import type { Mutation } from "./mutation.ts";
import { onceMutations } from "./once.ts";
import { presenceMutations } from "./presence.ts";
import { promiseMutations } from "./promises.ts";
import { stateMutations } from "./state.ts";

/** Every deliberate fault. */
export const mutations: readonly Mutation[] = [
  ...deliveryMutations,
  ...lifeMutations,
  ...leaseMutations,
  ...promiseMutations,
  ...stateMutations,
  ...moderationMutations,
  ...presenceMutations,
  ...diskMutations,
  ...fileMutations,
  ...onceMutations,
  ...clientMutations,
];
