/** A relay in a process of its own, for tests that kill it: the URL of the database and the orchestrator's address. */
import pg from "pg";
import { createClient, createOutbox } from "../../../sdk/typescript/src/index.ts";

const [connectionString, address] = process.argv.slice(2);
createOutbox({ pool: new pg.Pool({ connectionString }) }).relay({ client: createClient({ address }) });
