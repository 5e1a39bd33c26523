package backstitch_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

func proveStart(t *testing.T, shop *office) {
	client := orchestrated(t)
	shop.open(t)
	name := unique("start")
	register(t, client, backstitch.Define(name).
		Call("echo", "sdk.echo", backstitch.CallOptions{Undo: backstitch.NoUndo, Retry: retried}))

	type order struct {
		SKU string `json:"sku"`
		Qty int64  `json:"qty"`
	}
	id := unique("saga")
	trace := map[string]string{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
	given := order{SKU: "ä\u0000\n", Qty: 1<<53 - 1}
	options := backstitch.StartOptions{
		SagaID: id, Labels: map[string]string{"of": "go"}, Metadata: trace, Wait: 10 * time.Second,
	}
	saga, started, err := client.Start(t.Context(), name, given, options)
	if err != nil || !started {
		t.Fatalf("started: %v, %v", started, err)
	}
	if saga.SagaID != id || saga.Status != backstitch.SagaCompleted || saga.Version != 1 || saga.Labels["of"] != "go" {
		t.Fatalf("got %+v", saga)
	}
	var output struct {
		Input    order
		Metadata map[string]string
	}
	if err := saga.Steps[0].Output.Decode(&output); err != nil {
		t.Fatal(err)
	}
	if output.Input != given || output.Metadata["traceparent"] != trace["traceparent"] {
		t.Fatalf("the participant saw %+v", output)
	}
	if qty := saga.Input["qty"]; qty != int64(1<<53-1) {
		t.Fatalf("the whole number came back as %T %v", qty, qty)
	}

	again, started, err := client.Start(t.Context(), name, given, options)
	if err != nil || started || again.Revision != saga.Revision {
		t.Fatalf("the same start again: %v, %v, revision %d", started, err, again.Revision)
	}
	_, _, err = client.Start(t.Context(), name, order{}, options)
	wantCode(t, err, "SAGA_ID_IN_USE", "ALREADY_EXISTS")
}

func proveRepeat(t *testing.T) {
	way := newProxy(t, setting(t, "BACKSTITCH_ADDRESS"))
	client := newClient(t, way.address)
	name := unique("repeat")
	register(t, client, backstitch.Define(name).Await("first", "go").Await("second", "go"))

	// The saga is started, but its starter does not hear of it.
	way.loseReplyWith(name)
	saga, _, err := client.Start(t.Context(), name, nil)
	if err != nil || way.replies() != 1 {
		t.Fatalf("the start was repeated after %d lost replies, with %v", way.replies(), err)
	}
	direct := backstitchv1.NewSagaServiceClient(connect(t, setting(t, "BACKSTITCH_ADDRESS")))
	list, err := direct.ListSagas(t.Context(), &backstitchv1.ListSagasRequest{Definition: name})
	if err != nil || len(list.GetSagas()) != 1 || list.GetSagas()[0].GetSagaId() != saga.SagaID {
		t.Fatalf("got the sagas %v, %v", list.GetSagas(), err)
	}

	way.loseReplyWith(saga.SagaID)
	if _, err := client.Signal(t.Context(), saga.SagaID, "go", nil); err != nil || way.replies() != 2 {
		t.Fatalf("the signal was repeated after %d lost replies, with %v", way.replies(), err)
	}
	saga = follow(t, client, saga.SagaID, func(saga *backstitch.Saga) bool {
		return saga.Steps[1].WaitReason == backstitch.WaitSignal
	})
	if saga.Steps[0].Status != backstitch.StepDone || len(saga.Signals) != 0 {
		t.Fatalf("the signal came more than once: %+v", saga)
	}
}

func proveGet(t *testing.T) {
	client := orchestrated(t)
	name := unique("get")
	register(t, client, backstitch.Define(name, backstitch.DefinitionOptions{Deadline: time.Hour}).Await("host", "answer"))
	before := time.Now().Add(-time.Minute)
	id := start(t, client, name, object{"n": 5, "half": 0.5, "list": []any{1, "a", nil, true}})
	follow(t, client, id, waitsFor(backstitch.WaitSignal))
	saga, err := client.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	input := backstitch.Payload{"n": int64(5), "half": 0.5, "list": []any{int64(1), "a", nil, true}}
	if !reflect.DeepEqual(saga.Input, input) {
		t.Errorf("got the input %#v", saga.Input)
	}
	if saga.Status != backstitch.SagaRunning || saga.Direction != backstitch.Forward || saga.Namespace != "default" ||
		saga.Definition != name || saga.Revision == 0 || saga.IsFinal() || saga.Failure != nil || saga.Output != nil {
		t.Errorf("got %+v", saga)
	}
	if saga.CreatedAt.Before(before) || !saga.FinishedAt.IsZero() || saga.Deadline.Sub(saga.CreatedAt) != time.Hour {
		t.Errorf("got the times %v, %v and %v", saga.CreatedAt, saga.FinishedAt, saga.Deadline)
	}
	if step := saga.Steps[0]; step.Name != "host" || step.Status != backstitch.StepWaiting || step.Signal != "answer" {
		t.Errorf("got the step %+v", step)
	}
	brief, err := client.Get(t.Context(), id, backstitch.GetOptions{View: backstitch.Brief})
	if err != nil || brief.Input != nil || brief.Status != backstitch.SagaRunning {
		t.Errorf("got the brief view %+v, %v", brief, err)
	}
}

func proveWait(t *testing.T) {
	client := orchestrated(t)
	name := unique("wait")
	register(t, client, backstitch.Define(name).Await("host", "answer"))
	id := start(t, client, name, nil)
	saga, err := client.Wait(t.Context(), id, backstitch.WaitOptions{Timeout: 10 * time.Millisecond})
	if err != nil || saga.Status != backstitch.SagaRunning {
		t.Fatalf("a wait that runs out gives %+v, %v", saga, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := client.Wait(ctx, id); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a wait whose context ends gives %v", err)
	}
	ended := make(chan *backstitch.Saga)
	go func() {
		saga, err := client.Wait(t.Context(), id)
		if err != nil {
			t.Error(err)
		}
		ended <- saga
	}()
	if _, err := client.Signal(t.Context(), id, "answer", nil); err != nil {
		t.Fatal(err)
	}
	if saga := receive(t, "the end of the saga", ended); saga.Status != backstitch.SagaCompleted || saga.FinishedAt.IsZero() {
		t.Fatalf("got %+v", saga)
	}
}

func proveWatch(t *testing.T) {
	way := newProxy(t, setting(t, "BACKSTITCH_ADDRESS"))
	watcher, client := newClient(t, way.address), orchestrated(t)
	name := unique("watch")
	register(t, client, backstitch.Define(name).Await("first", "go").Await("second", "go"))
	id := start(t, client, name, nil)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var seen uint64
	var last *backstitch.Saga
	signalled := 0
	for saga, err := range watcher.Watch(ctx, id) {
		if err != nil {
			t.Fatal(err)
		}
		if saga.Revision <= seen {
			t.Fatalf("revision %d came after %d", saga.Revision, seen)
		}
		seen, last = saga.Revision, saga
		if signalled < 2 && saga.Steps[signalled].WaitReason == backstitch.WaitSignal {
			signalled++
			// What changes while there is no connection is not missed.
			way.cut()
			if _, err := client.Signal(ctx, id, "go", nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if last == nil || last.Status != backstitch.SagaCompleted {
		t.Fatalf("the last one was %+v", last)
	}
	for _, err := range client.Watch(ctx, unique("ghost")) {
		wantCode(t, err, "SAGA_NOT_FOUND", "NOT_FOUND")
	}
}

func proveCancel(t *testing.T) {
	client := orchestrated(t)
	name := unique("cancel")
	register(t, client, backstitch.Define(name).Await("host", "answer"))
	id := start(t, client, name, nil)
	saga := follow(t, client, id, waitsFor(backstitch.WaitSignal))
	options := backstitch.CancelOptions{Identity: "ann", Reason: "wrong size", ExpectedRevision: saga.Revision + 1}
	_, err := client.Cancel(t.Context(), id, options)
	wantCode(t, err, "REVISION_MISMATCH", "ABORTED")
	// A request that was refused is one of its commits too.
	if saga, err = client.Get(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	options.ExpectedRevision, options.Wait = saga.Revision, within
	saga, err = client.Cancel(t.Context(), id, options)
	if err != nil || saga.Status != backstitch.SagaCompensated || saga.Direction != backstitch.Backward {
		t.Fatalf("got %+v, %v", saga, err)
	}
	if saga.Failure == nil || saga.Failure.Kind != backstitch.FailureCancelled {
		t.Fatalf("got the failure %+v", saga.Failure)
	}
}
