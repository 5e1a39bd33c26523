import { XMLParser } from "fast-xml-parser";
import type { SdkTest } from "./sdk-suite.ts";

interface TestCase {
  name: string;
  classname?: string;
  failure?: Problem;
  error?: Problem;
  skipped?: Problem;
  properties?: { property: { name: string; value: string }[] };
}

type Problem = string | { message?: string; "#text"?: string };

interface Suite {
  testcase?: TestCase[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  isArray: (name) => ["testsuite", "testcase", "property"].includes(name),
});

/**
 * Reads results as JUnit's XML, which most runners write. Features are properties called "feature", or stand at the
 * beginning of a test's name: "[client.start] ...".
 */
export function parseJunit(xml: string): SdkTest[] {
  const root = parser.parse(xml) as { testsuites?: { testsuite?: Suite[] }; testsuite?: Suite[] };
  const suites = root.testsuites?.testsuite ?? root.testsuite ?? [];
  return suites.flatMap(({ testcase = [] }) => testcase.map(toTest));
}

function toTest(testCase: TestCase): SdkTest {
  const failed = testCase.failure ?? testCase.error;
  const problem = failed ?? testCase.skipped;
  const properties = testCase.properties?.property ?? [];
  const tagged = /^\[([\w.]+)\]/.exec(testCase.name)?.[1];
  return {
    name: [testCase.classname, testCase.name].filter(Boolean).join(" "),
    features: [
      ...properties.filter(({ name }) => name === "feature").map(({ value }) => value),
      ...(tagged === undefined ? [] : [tagged]),
    ],
    state: failed !== undefined ? "failed" : problem !== undefined ? "skipped" : "passed",
    message: textOf(problem),
  };
}

function textOf(problem: Problem | undefined): string {
  if (problem === undefined || typeof problem === "string") return problem ?? "";
  return [problem.message, problem["#text"]].filter(Boolean).join("\n");
}
