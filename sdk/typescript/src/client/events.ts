import { createClient as createRpcClient, type Transport } from "@connectrpc/connect";
import { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { type SagaEvent, toSagaEvent } from "../saga.ts";
import { type Abortable, resumed } from "./requests.ts";

/** Which transitions are wanted, and from where on. */
export interface WatchEventsOptions extends Abortable {
  /** Only sagas of this definition. */
  definition?: string;
  /** Only sagas that carry all of these. */
  labels?: Record<string, string>;
  /** The cursor of the last event seen. Default: from now on. */
  cursor?: string;
  /** Begin with the oldest event that is kept. Not together with a cursor. */
  fromOldest?: boolean;
  /** Hears of every cursor, also where nothing happened to the sagas that are wanted: keeps a stored one fresh. */
  onCursor?(cursor: string): void;
}

/** Follows all sagas. */
export interface EventMethods {
  /**
   * Gives every transition of every saga, at least once, those of one saga in order, until its reader leaves. A broken
   * connection is resumed where it broke; store the cursor of an event that has been dealt with to do the same after a
   * restart. Fails with CURSOR_OUT_OF_RANGE where the cursor is older than what is kept: events were missed.
   */
  watchEvents(options?: WatchEventsOptions): AsyncGenerator<SagaEvent, void>;
}

/** The methods over SagaService that concern the feed. */
export function createEventMethods(transport: Transport, namespace: string): EventMethods {
  const sagas = createRpcClient(SagaService, transport);
  return {
    async *watchEvents({ definition = "", labels = {}, cursor = "", fromOldest = false, onCursor, signal } = {}) {
      let known = cursor;
      const open = () => {
        const from = { cursor: known, fromOldest: fromOldest && known === "" };
        return sagas.watchEvents({ namespace, definition, labels, ...from }, { signal });
      };
      for await (const page of resumed(open, signal)) {
        // A cursor goes on after a whole page, so the events before its last one have that of the page before.
        for (const [i, event] of page.events.entries()) {
          const last = i === page.events.length - 1;
          yield toSagaEvent(event, last ? page.cursor : known);
        }
        known = page.cursor;
        onCursor?.(known);
      }
    },
  };
}
