package backstitch_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

func proveSignal(t *testing.T) {
	client := orchestrated(t)
	name := unique("signal")
	register(t, client, backstitch.Define(name).Await("first", "go").Await("second", "go"))
	id := start(t, client, name, nil)
	options := backstitch.SignalOptions{RequestID: unique("request"), Identity: "ann"}
	for range 2 {
		if _, err := client.Signal(t.Context(), id, "go", object{"n": 1}, options); err != nil {
			t.Fatal(err)
		}
	}
	saga := follow(t, client, id, func(saga *backstitch.Saga) bool { return saga.Steps[1].WaitReason == backstitch.WaitSignal })
	if !reflect.DeepEqual(saga.Steps[0].Output, backstitch.Payload{"n": int64(1)}) || len(saga.Signals) != 0 {
		t.Fatalf("one request is one signal; got %+v", saga)
	}
	if _, err := client.Signal(t.Context(), id, "go", object{"n": 2}); err != nil {
		t.Fatal(err)
	}
	saga = follow(t, client, id, isStatus(backstitch.SagaCompleted))
	if !reflect.DeepEqual(saga.Steps[1].Output, backstitch.Payload{"n": int64(2)}) {
		t.Fatalf("got %+v", saga.Steps[1])
	}
	_, err := client.Signal(t.Context(), id, "go", nil)
	wantCode(t, err, "SAGA_FINAL", "FAILED_PRECONDITION")
}

func proveComplete(t *testing.T, shop *office) {
	client := orchestrated(t)
	shop.open(t)
	name := unique("complete")
	register(t, client, backstitch.Define(name).Call("work", "sdk.work", backstitch.CallOptions{Retry: retried}))
	complete := func(token string, outcome backstitch.StepOutcome) {
		t.Helper()
		if err := client.Complete(t.Context(), token, outcome); err != nil {
			t.Fatal(err)
		}
	}

	id := start(t, client, name, nil)
	work := receive(t, "the work", shop.accepted)
	token := work.CompletionToken
	complete(token, backstitch.Failed(errors.New("out of paper")))
	if again := receive(t, "the next attempt", shop.accepted); again.Attempt != work.Attempt+1 {
		t.Fatalf("got attempt %d", again.Attempt)
	}
	pages := struct {
		Pages int `json:"pages"`
	}{2}
	for range 2 {
		complete(token, backstitch.Done(pages))
	}
	saga := follow(t, client, id, isStatus(backstitch.SagaCompleted))
	if !reflect.DeepEqual(saga.Steps[0].Output, backstitch.Payload{"pages": int64(2)}) {
		t.Fatalf("got the output %v", saga.Steps[0].Output)
	}
	err := client.Complete(t.Context(), token, backstitch.Done(object{"pages": 3}))
	wantCode(t, err, "COMPLETION_REFUSED", "FAILED_PRECONDITION")

	id = start(t, client, name, nil)
	token = receive(t, "the work", shop.accepted).CompletionToken
	refusal := backstitch.Rejected("NO_PAPER", "ä\n", object{"left": 0, "text": "ä\u0000\n"})
	complete(token, backstitch.Failed(fmt.Errorf("printing: %w", refusal)))
	failure := follow(t, client, id, isStatus(backstitch.SagaCompensated)).Failure
	details := backstitch.Payload{"left": int64(0), "text": "ä\u0000\n"}
	if failure.Kind != backstitch.FailureRejected || failure.Code != "NO_PAPER" || failure.Message != "ä\n" ||
		failure.Step != "work" || !reflect.DeepEqual(failure.Details, details) {
		t.Fatalf("got the failure %+v", failure)
	}
	err = client.Complete(t.Context(), "forged", backstitch.Done(nil))
	wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT")
}

func proveHeartbeat(t *testing.T, shop *office) {
	client := orchestrated(t)
	shop.open(t)
	name := unique("heartbeat")
	register(t, client, backstitch.Define(name).Call("work", "sdk.work", backstitch.CallOptions{Retry: retried}))
	id := start(t, client, name, nil)
	token := receive(t, "the work", shop.accepted).CompletionToken
	if cancelled, err := client.Heartbeat(t.Context(), token); err != nil || cancelled {
		t.Fatalf("cancelled: %v, %v", cancelled, err)
	}
	follow(t, client, id, waitsFor(backstitch.WaitCompletion))
	if _, err := client.Cancel(t.Context(), id, backstitch.CancelOptions{Wait: within}); err != nil {
		t.Fatal(err)
	}
	if cancelled, err := client.Heartbeat(t.Context(), token); err != nil || !cancelled {
		t.Fatalf("cancelled: %v, %v", cancelled, err)
	}
	if undone := receive(t, "the Undo", shop.undone); undone != id {
		t.Fatalf("undone was %s", undone)
	}
}

func TestAnOutcomeSaysWhatTheWorkCameTo(t *testing.T) {
	var got *backstitchv1.CompleteStepRequest
	client := scripted(t, &script{
		completeStep: func(r *backstitchv1.CompleteStepRequest) (*backstitchv1.CompleteStepResponse, error) {
			got = r
			return &backstitchv1.CompleteStepResponse{}, nil
		},
	})
	complete := func(outcome backstitch.StepOutcome, options ...backstitch.CompleteOptions) *backstitchv1.CompleteStepRequest {
		t.Helper()
		if err := client.Complete(t.Context(), "token", outcome, options...); err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, nothing := range []backstitch.StepOutcome{backstitch.Done(nil), backstitch.Failed(nil), {}} {
		if r := complete(nothing); r.GetDone().GetOutput() == nil || len(r.GetDone().GetOutput().GetFields()) != 0 {
			t.Errorf("got %v", r)
		}
	}
	if r := complete(backstitch.Done(nil), backstitch.CompleteOptions{RequestID: "r1"}); r.RequestId != "r1" || r.CompletionToken != "token" {
		t.Errorf("got %v", r)
	}
	if r := complete(backstitch.Failed(backstitch.Rejected("NO", "why", nil))); r.GetRejected().GetCode() != "NO" ||
		r.GetRejected().GetMessage() != "why" || r.GetRejected().GetDetails() != nil {
		t.Errorf("got %v", r)
	}
	if r := complete(backstitch.Failed(errors.New(strings.Repeat("ä", 1001)))); r.GetFailed().GetMessage() != strings.Repeat("ä", 1000) {
		t.Errorf("got %v", r)
	}
	err := client.Complete(t.Context(), "token", backstitch.Done(object{"n": 1 << 53}))
	if failure := wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT"); failure.Faults[0].Field != "done.output.n" {
		t.Errorf("got %v", err)
	}
	err = client.Complete(t.Context(), "token", backstitch.Failed(backstitch.Rejected("NO", "", []int{1})))
	if failure := wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT"); failure.Faults[0].Field != "rejected.details" {
		t.Errorf("got %v", err)
	}
}
