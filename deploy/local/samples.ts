import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensurePython, python } from "./python-environment.ts";
import { succeed } from "./succeed.ts";
import { type ForeignLanguage, type Language, repository } from "./toolchains.ts";

/** How to start a program. */
export interface Command {
  program: string;
  args: readonly string[];
}

/** The program of participants/ that is called `name` ("payment") in a language. Other languages than TypeScript are built first. */
export function sampleCommand(language: Language, name: string): Command {
  switch (language) {
    case "typescript":
      return { program: process.execPath, args: [join(repository, `participants/src/${name}/main.ts`)] };
    case "go":
      return { program: join(repository, `participants/go/bin/${name}`), args: [] };
    case "python":
      return { program: python, args: ["-m", `shop.${name}`] };
    case "java":
      return { program: "java", args: [...javaFlags, "-cp", classPath, `io.backstitch.shop.${capital(name)}Main`] };
  }
}

/** Builds the participants of a language; what is built already costs next to nothing. Throws an Error with the tool's complaint. */
export async function buildSamples(language: ForeignLanguage): Promise<void> {
  switch (language) {
    case "go":
      await succeed("go", ["-C", "participants/go", "build", "-o", "bin/", "./cmd/..."]);
      return;
    case "python":
      await ensurePython("samples");
      return;
    case "java":
      await buildJava();
  }
}

/** For a small program that should be there soon: the first compiler alone, and a collector without threads. */
const javaFlags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m"];
const javaTarget = join(repository, "participants/java/target");
const classPath = [join(javaTarget, "classes"), join(javaTarget, "lib/*")].join(":");

/** Maven takes seconds to see that there is nothing to do. */
async function buildJava(): Promise<void> {
  const sources = globSync(["{sdk,participants}/java/{*.xml,{src,gen}/**/*.java}"], { cwd: repository }).sort();
  const about = sources.map((source) => `${source} ${statSync(join(repository, source)).mtimeMs}`).join("\n");
  const fingerprint = createHash("sha256").update(about).digest("hex");
  const stamp = join(javaTarget, "built");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return;
  await succeed("mvn", ["-B", "-ntp", "-q", "-f", "participants/java/pom.xml", "package", "-DskipTests"]);
  writeFileSync(stamp, fingerprint);
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
