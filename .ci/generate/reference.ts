/**
 * A buf plugin: writes the reference pages of docs/reference from the comments of the contracts, so that they cannot
 * drift apart. One page for definitions, one for the services that callers and people use, one for participants.
 */
import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import { createEcmaScriptPlugin, getComments, runNodeJs } from "@bufbuild/protoplugin";

interface Page {
  readonly file: string;
  readonly title: string;
  readonly intro: string;
  /** Names of files in the contracts, without folder and ending. */
  readonly contracts: readonly string[];
  /** How a field is called: in definition files, or in JSON over HTTP. */
  readonly nameOf: (field: DescField) => string;
}

const pages: readonly Page[] = [
  {
    file: "definition.md",
    title: "Definition reference",
    intro:
      "A definition is a YAML or JSON file, or the message `SagaDefinition` in an RPC: both are the same. Durations are\n" +
      "written `500ms`, `10s`, `5m`, `1h30m`, `7d`; enum values without their prefix (`COMPENSATE`). Short forms:\n" +
      "`after: reserve`, `after: [a, b]`, `undo: none`, `undo: {timeout: 5s}`, `lock: input.id`, `go_back: match`,\n" +
      "`await: paid`, `sleep: 10s`.",
    contracts: ["definition"],
    nameOf: (field) => field.name,
  },
  {
    file: "api.md",
    title: "API reference",
    intro:
      "What callers and operators use, over gRPC, gRPC-Web, Connect, and JSON: `POST /backstitch.v1.<Service>/<Method>`.\n" +
      "Field names are those of JSON; 64-bit integers are strings there, durations `1.5s`, timestamps RFC 3339. Every error\n" +
      "carries an [ErrorDetail](#errordetail).",
    contracts: ["saga_service", "operator_service", "definition_service", "development_service", "saga", "errors"],
    nameOf: (field) => field.jsonName,
  },
  {
    file: "participant.md",
    title: "Participant reference",
    intro:
      "What a participant implements, in any language. An SDK does most of it; this page is for those who go without one.",
    contracts: ["participant_service"],
    nameOf: (field) => field.name,
  },
];

const plugin = createEcmaScriptPlugin({
  name: "protoc-gen-backstitch-reference",
  version: "v1",
  generateTs(schema) {
    for (const page of pages) {
      const files = page.contracts.map((name) => {
        const file = schema.allFiles.find((candidate) => candidate.name === `backstitch/v1/${name}`);
        if (file === undefined) throw new Error(`there is no contract ${name}`);
        return file;
      });
      const out = schema.generateFile(page.file);
      out.print(pageText(page, files).trimEnd());
    }
  },
});

function pageText(page: Page, files: readonly DescFile[]): string {
  const services = files.flatMap((file) => file.services);
  const parts = [
    `# ${page.title}\n\n${page.intro}\n\n*Written from the contracts in \`proto/\` by \`npm run generate\`.*\n`,
    ...services.map((service) => serviceText(service, page)),
    ...files.flatMap((file) => [
      // A request or response stands with its RPC.
      ...file.messages
        .filter((message) => !isOfRpc(message, services))
        .map((message) => messageText(message, page, "##")),
      ...file.enums.map(enumText),
    ]),
  ];
  return parts.join("\n");
}

function isOfRpc(message: DescMessage, services: readonly DescService[]): boolean {
  return services.some(({ methods }) => methods.some(({ input, output }) => input === message || output === message));
}

const streamNotes = {
  unary: "",
  server_streaming: " Answers with a stream.",
  client_streaming: " Takes a stream.",
  bidi_streaming: " Streams both ways.",
};

function serviceText(service: DescService, page: Page): string {
  const parts = [`## ${service.name}\n\n${commentOf(service)}\n`];
  for (const method of service.methods) {
    parts.push(`### ${method.name}\n\n${commentOf(method)}${streamNotes[method.methodKind]}\n`);
    parts.push(`Request:\n\n${fieldTable(method.input, page)}\nResponse:\n\n${fieldTable(method.output, page)}`);
  }
  return parts.join("\n");
}

function messageText(message: DescMessage, page: Page, heading: string): string {
  return `${heading} ${message.name}\n\n${commentOf(message)}\n\n${fieldTable(message, page)}`;
}

function enumText(desc: DescEnum): string {
  const rows = desc.values
    .filter(({ number }) => number !== 0)
    .map((value) => [`\`${value.name.slice(desc.sharedPrefix?.length ?? 0)}\``, cell(commentOf(value))]);
  return `## ${desc.name}\n\n${commentOf(desc)}\n\n${table(["value", "what it means"], rows)}`;
}

function fieldTable(message: DescMessage, page: Page): string {
  if (message.fields.length === 0) return "Nothing.\n";
  const rows = message.fields.map((field) => {
    const oneof = field.oneof === undefined ? "" : ` *(one of ${field.oneof.name})*`;
    return [`\`${page.nameOf(field)}\``, `${typeText(field, page)}${oneof}`, cell(commentOf(field))];
  });
  return table(["field", "type", "what it is"], rows);
}

function typeText(field: DescField, page: Page): string {
  if (field.fieldKind === "map") return "map of string to string";
  return `${field.fieldKind === "list" ? "list of " : ""}${namedType(field, page)}`;
}

const plainNames: Readonly<Record<string, string>> = {
  "google.protobuf.Duration": "duration",
  "google.protobuf.Timestamp": "timestamp",
  "google.protobuf.Struct": "JSON object",
  "google.protobuf.Value": "JSON",
};

function namedType({ message, enum: values, scalar }: DescField, page: Page): string {
  const type = message ?? values;
  if (type === undefined) return ScalarType[scalar!].toLowerCase().replace(/^(double|float)$/, "number");
  const plain = plainNames[type.typeName];
  if (plain !== undefined) return plain;
  const home = pages.find(({ contracts }) => contracts.some((name) => type.file.name === `backstitch/v1/${name}`));
  const place = home === undefined || home === page ? "" : home.file;
  // Requests and responses stand with their RPC.
  const anchor = type.name.replace(/(Request|Response)$/, "").toLowerCase();
  return `[${type.name}](${place}#${anchor})`;
}

/** Comments that stand before a declaration, as one paragraph of text. */
function commentOf(desc: Parameters<typeof getComments>[0]): string {
  return (getComments(desc).leading ?? "")
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .trim();
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}

runNodeJs(plugin);
