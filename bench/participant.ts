import { parseArgs } from "node:util";
import { participant, rejected } from "@backstitch/sdk";
import { serveParent } from "./child.ts";

// A participant without a database: what is measured is the orchestrator, not SQLite.
const { values } = parseArgs({ options: { name: { type: "string" }, serve: { type: "string" } } });

const server = participant(
  {
    [values.name!]: {
      apply: {
        do: (input: { order?: string }) => ({ receipt: `${values.name}-${input.order ?? ""}` }),
        undo: () => undefined,
      },
      refuse: { do: () => rejected("REFUSED", "the benchmark wants this step refused"), undo: () => undefined },
      hang: { do: () => new Promise<never>(() => undefined), undo: () => undefined },
      empty: { do: () => ({}), undo: () => undefined },
    },
  },
  { serve: values.serve !== "false" },
);

process.on("SIGTERM", () => process.exit(0));
const { port } = await server.listen(0);
serveParent(async () => port);
