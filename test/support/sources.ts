import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";

/** One import, by paths relative to the repository; `to` is a bare package name where it is not a file of ours. */
export interface ImportEdge {
  from: string;
  to: string;
}

/** The hand-written source files under the given folders (TypeScript, JavaScript and Lua), sorted. */
export function sourceFiles(folders: readonly string[]): string[] {
  const patterns = folders.filter((folder) => existsSync(folder)).map((folder) => `${folder}/**/*.{ts,mts,mjs,js,lua}`);
  return globSync(patterns, { exclude: ["**/node_modules/**", "**/gen/**", "**/dist/**"] }).sort();
}

/**
 * What a TypeScript file imports. Reads `from "..."`, `import "..."` and `import("...")`, line comments aside, which
 * is enough for source in one style.
 */
export function importsOf(file: string): ImportEdge[] {
  const text = readFileSync(file, "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((to) => ({
    from: file,
    to: to.startsWith(".") ? posix.join(dirname(file), to) : to,
  }));
}
