#!/usr/bin/env node
// Starts the orchestrator small. Compiled code is kept between starts: without that, the compiler of the types stays in
// memory, 20 MB of it; this file has none for the same reason. And what loading leaves behind is not to make the young
// generation grow: work may, which is why main.ts sets the factor back to V8's default once it is ready.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/backstitch", import.meta.url)));
setFlagsFromString("--semi-space-growth-factor=1");
await import("../src/main.ts");
