import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { Direction, SagaStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService, type WatchEventsResponse } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import type { FeedEntry } from "../../../orchestrator/src/store/store.ts";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { startTestApi, type TestDeps } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let deps: TestDeps;
let api: ListeningApi;

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

const entry = (sagaId: string, patch: Partial<FeedEntry> = {}): FeedEntry => ({
  namespace: "default",
  sagaId,
  definition: "order",
  version: 2,
  status: "RUNNING",
  direction: "forward",
  revision: 3,
  at: 1_700_000_000_500,
  labels: { team: "shop" },
  ...patch,
});

beforeEach(() => {
  deps.store.feedError = undefined;
  deps.store.feedPages = [
    {
      entries: [entry("a"), entry("b", { definition: "tour", status: "COMPENSATING", direction: "backward" })],
      cursor: "c1",
    },
    { entries: [entry("c", { labels: { team: "lab", prio: "1" } })], cursor: "c2" },
  ];
});

async function read(messages: AsyncIterable<WatchEventsResponse>, count: number): Promise<WatchEventsResponse[]> {
  const seen: WatchEventsResponse[] = [];
  for await (const message of messages) if (seen.push(message) === count) break;
  return seen;
}

describe.each(transportNames)("the feed over %s", (transport) => {
  const sagas = () => clientOf(SagaService, api, transport);

  test("tells every transition and where to go on, until the watcher goes", async () => {
    const watcher = new AbortController();
    const [first, second] = await read(sagas().watchEvents({}, { signal: watcher.signal }), 2);
    expect(first).toMatchObject({
      cursor: "c1",
      events: [
        {
          namespace: "default",
          sagaId: "a",
          definition: "order",
          version: 2,
          status: SagaStatus.RUNNING,
          direction: Direction.FORWARD,
          revision: 3n,
          time: { seconds: 1_700_000_000n, nanos: 500_000_000 },
          labels: { team: "shop" },
        },
        { sagaId: "b", status: SagaStatus.COMPENSATING, direction: Direction.BACKWARD },
      ],
    });
    expect(second).toMatchObject({ cursor: "c2", events: [{ sagaId: "c" }] });
    expect(deps.store.feeds).toBe(1);
    watcher.abort();
    await until("nobody reads the feed", () => deps.store.feeds === 0);
  });

  test("cannot be read from a cursor that is out of range", async () => {
    deps.store.feedError = new BackstitchError("CURSOR_OUT_OF_RANGE", "the feed does not reach back so far");
    const refusal = await refusalOf(read(sagas().watchEvents({ cursor: "old" }), 1));
    expect([refusal.code, refusal.status]).toEqual(["CURSOR_OUT_OF_RANGE", 11]);
  });
});

describe("the feed", () => {
  const sagas = () => clientOf(SagaService, api, "gRPC on the gRPC port");

  test.each([
    ["a definition", { definition: "tour" }, [["b"], []]],
    ["a label", { labels: { team: "lab" } }, [[], ["c"]]],
    ["all of several labels", { labels: { team: "shop", prio: "1" } }, [[], []]],
    ["a definition and a label", { definition: "order", labels: { team: "shop" } }, [["a"], []]],
  ])("is filtered by %s, and the cursor moves on all the same", async (_, filter, ids) => {
    const seen = await read(sagas().watchEvents(filter), 2);
    expect(seen.map(({ events }) => events.map(({ sagaId }) => sagaId))).toEqual(ids);
    expect(seen.map(({ cursor }) => cursor)).toEqual(["c1", "c2"]);
  });

  test("begins now, with the oldest, or after a cursor", async () => {
    deps.store.feedQueries.length = 0;
    await read(sagas().watchEvents({}), 1);
    await read(sagas().watchEvents({ fromOldest: true, namespace: "other" }), 1);
    await read(sagas().watchEvents({ cursor: "c1" }), 1);
    expect(deps.store.feedQueries).toEqual([
      { namespace: "default", from: "now" },
      { namespace: "other", from: "oldest" },
      { namespace: "default", from: { cursor: "c1" } },
    ]);
  });

  test.each([
    ["a cursor and the oldest at once", { cursor: "c", fromOldest: true }, ["from_oldest conflicting_fields"]],
    ["a definition's name out of pattern", { definition: "?" }, ["definition pattern"]],
    ["a namespace out of pattern", { namespace: "A b" }, ["namespace pattern"]],
    ["a label out of pattern", { labels: { "1": "v" } }, ['labels["1"] pattern']],
    ["a cursor that is enormous", { cursor: "c".repeat(65_537) }, ["cursor max_length"]],
  ])("is refused for %s", async (_, request, faults) => {
    const refusal = await refusalOf(read(sagas().watchEvents(request), 1));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", ...faults]);
  });

  test("ends with STOPPING when the API stops, so that the watcher goes on through another replica", async () => {
    const other = await startTestApi();
    const watching = refusalOf(read(clientOf(SagaService, other.api, "gRPC on the gRPC port").watchEvents({}), 1));
    await until("the feed is read", () => other.deps.store.feeds === 1);
    await other.api.stop(5_000);
    expect((await watching).code).toBe("STOPPING");
    expect(other.deps.store.feeds).toBe(0);
  });
});
