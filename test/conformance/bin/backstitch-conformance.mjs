#!/usr/bin/env node
import { existsSync } from "node:fs";

// A published package brings the compiled program; in a checkout Node runs the sources as they are.
const compiled = new URL("../dist/main.js", import.meta.url);
const { main } = await import(existsSync(compiled) ? compiled.href : new URL("../src/main.ts", import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
