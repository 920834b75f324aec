/** Prints what a few seeds come to: the same on every runtime, in every process. */
import { connect } from "../../src/client/mod.ts";
import { greenroom } from "../../src/greenroom.ts";
import { simulate, simulateClients } from "../../src/testing/mod.ts";

for (let seed = 1; seed <= 25; seed += 1) {
  const { hash, events, simulatedMs } = await simulate({ seed, server: greenroom });
  console.log(seed, hash, events, simulatedMs);
}

for (let seed = 1; seed <= 10; seed += 1) {
  const { hash, events, simulatedMs } = await simulateClients({ seed, server: greenroom, connect });
  console.log("clients", seed, hash, events, simulatedMs);
}
