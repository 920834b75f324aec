/** What simulated faults throw: a failure that is none of the server's. */
export class SimulatedFailure extends Error {
  override readonly name = "SimulatedFailure";
}
