import { MemoryHub } from "../../src/mod.ts";
import { describeBus } from "./bus.contract.ts";

describeBus("MemoryHub", () => {
  const hub = new MemoryHub();
  return { nodes: [hub.connect(), hub.connect()], settle: () => Promise.resolve() };
});
