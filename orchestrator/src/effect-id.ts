import { hash } from "node:crypto";

const DEFAULT_NAMESPACE = "default";
const MAX_SAGA_ID = 128;
const DIGEST_LENGTH = 32;

/** The parts of an effect id. */
export interface EffectPlace {
  readonly namespace: string;
  readonly sagaId: string;
  /** The step's name. */
  readonly step: string;
  /** The place of the item of a for_each step. */
  readonly item: number | undefined;
  readonly round: number;
}

/**
 * Names an effect: `saga_id/step[#item][@round]`, the same for its Do and its Undo and for all attempts of either.
 * Outside the default namespace the namespace goes first, so that equal saga ids do not share a barrier row.
 */
export function effectIdOf(
  { namespace, sagaId }: { readonly namespace: string; readonly sagaId: string },
  step: string,
  item: number | undefined,
  round: number,
): string {
  let id = namespace === DEFAULT_NAMESPACE ? `${sagaId}/${step}` : `${namespace}/${sagaId}/${step}`;
  if (item !== undefined) id += `#${item}`;
  return round === 0 ? id : `${id}@${round}`;
}

const EFFECT_ID = /^(?:([a-z0-9-]+)\/)?([A-Za-z0-9._:-]+)\/([a-z0-9_]+)(?:#(\d{1,3}))?(?:@(\d{1,9}))?$/;

/** The parts of an effect id; undefined: it is none. */
export function parseEffectId(text: string): EffectPlace | undefined {
  const [, namespace = DEFAULT_NAMESPACE, sagaId, step, item, round] = EFFECT_ID.exec(text) ?? [];
  if (sagaId === undefined || step === undefined) return undefined;
  return { namespace, sagaId, step, item: item === undefined ? undefined : Number(item), round: Number(round ?? 0) };
}

/**
 * The id of the saga that a `saga` step runs: `parent.step[:round]`, the same for all attempts. One that would be longer
 * than an id may be ends with a digest of the whole.
 */
export function childIdOf(parentId: string, step: string, round: number): string {
  const id = round === 0 ? `${parentId}.${step}` : `${parentId}.${step}:${round}`;
  if (id.length <= MAX_SAGA_ID) return id;
  return `${id.slice(0, MAX_SAGA_ID - DIGEST_LENGTH - 1)}.${hash("sha256", id).slice(0, DIGEST_LENGTH)}`;
}
