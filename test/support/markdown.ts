/** A fenced block of a Markdown page. */
export interface CodeBlock {
  /** What stands behind the fence: "sh", "python". */
  readonly kind: string;
  /** Its lines, without a line break at the end. */
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(markdown: string): CodeBlock[] {
  const blocks = markdown.matchAll(/^```(\w*)\n(.*?)\n```$/gms);
  return Array.from(blocks, ([, kind = "", text = ""]) => ({ kind, text }));
}
