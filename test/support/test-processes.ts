import { createProcesses, type Processes } from "../../deploy/local/processes.ts";
import { removeFolder, temporaryFolder } from "./redis-process.ts";

/** Programs of one test file, with a folder of their own for logs and databases. */
export interface TestProcesses extends Processes {
  readonly folder: string;
  /** Stops all of them and removes the folder. */
  end(): Promise<void>;
}

export async function createTestProcesses(): Promise<TestProcesses> {
  const folder = await temporaryFolder("processes");
  const processes = createProcesses(folder);
  return {
    ...processes,
    folder,
    async end() {
      await processes.stopAll();
      await removeFolder(folder);
    },
  };
}
