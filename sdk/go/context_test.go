package backstitch_test

import (
	"context"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// seeing serves an action that hands over the contexts of its Dos and Undos.
func seeing(t *testing.T) (backstitchv1.ParticipantServiceClient, <-chan seen) {
	contexts := make(chan seen, 10)
	look := func(ctx context.Context) {
		deadline, has := ctx.Deadline()
		if !has {
			deadline = time.Time{}
		}
		contexts <- seen{backstitch.CommandFrom(ctx), deadline}
	}
	return serving(t, backstitch.Action[object, struct{}]{
		Do: func(ctx context.Context, _ object) (none struct{}, _ error) {
			look(ctx)
			return
		},
		Undo: func(ctx context.Context, _ backstitch.Undo[object, struct{}]) error {
			look(ctx)
			return nil
		},
	}), contexts
}

type seen struct {
	command  backstitch.Command
	deadline time.Time
}

func proveContextMetadata(t *testing.T) {
	client, contexts := seeing(t)
	s := openStream(t, client)
	told := newContext("do")
	told.Metadata = map[string]string{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tracestate": "a=1", "tenant": "ä"}
	s.do(1, told, "{}")
	again := newContext("do")
	again.Metadata = told.Metadata
	if _, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: again}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got := receive(t, "a call", contexts).command.Metadata
		if len(got) != 3 || got["traceparent"] != told.Metadata["traceparent"] || got["tracestate"] != "a=1" || got["tenant"] != "ä" {
			t.Errorf("the metadata are %v", got)
		}
	}
}

func proveContextFields(t *testing.T) {
	client, contexts := seeing(t)
	s := openStream(t, client)
	told := &backstitchv1.CommandContext{
		Namespace: "eu", SagaId: "s-1", Definition: "order", Version: 7, Step: "pay", Action: "act",
		EffectId: "eu/s-1/pay#12@3", IdempotencyKey: "eu/s-1/pay#12@3/do", Attempt: 4, CompletionToken: "secret",
		Deadline: timestamppb.New(time.Now().Add(time.Hour)),
	}
	s.do(1, told, "{}")
	got := receive(t, "the call", contexts)
	item, isItem := got.command.Item()
	if !isItem || item != 12 {
		t.Errorf("the item is %d, %v", item, isItem)
	}
	got.command.Metadata = nil
	want := backstitch.Command{
		Namespace: "eu", SagaID: "s-1", Definition: "order", Version: 7, Step: "pay", Action: "act",
		EffectID: told.EffectId, IdempotencyKey: told.IdempotencyKey, Attempt: 4, CompletionToken: "secret",
	}
	if asJSON(t, got.command) != asJSON(t, want) {
		t.Errorf("the command is %+v", got.command)
	}
	if !got.deadline.Equal(told.Deadline.AsTime()) {
		t.Errorf("the deadline is %v, not %v", got.deadline, told.Deadline.AsTime())
	}

	// The timeout counts from the receipt, whatever the orchestrator's clock says.
	timed := newContext("do")
	timed.Deadline = timestamppb.New(time.Unix(0, 0))
	s.do(2, timed, "{}")
	if left := time.Until(receive(t, "the call", contexts).deadline); left < within/2 || left > within {
		t.Errorf("the deadline is in %v", left)
	}
	endless := newContext("do")
	endless.Timeout = nil
	s.do(3, endless, "{}")
	if got := receive(t, "the call", contexts); !got.deadline.IsZero() {
		t.Errorf("the deadline is %v", got.deadline)
	}

	// A unary call ends with its own deadline, if that comes first.
	ctx, cancel := context.WithTimeout(context.Background(), within/2)
	defer cancel()
	if _, err := client.Undo(ctx, &backstitchv1.UndoRequest{Context: newContext("undo")}); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(receive(t, "the Undo", contexts).deadline); left > within/2 {
		t.Errorf("the Undo's deadline is in %v", left)
	}
}

func TestACommandTellsItsItem(t *testing.T) {
	for effect, want := range map[string]int{
		"s/step": -1, "s/step#0": 0, "s/step#17": 17, "s/step#3@2": 3, "s/step@2": -1, "ns/s#9/step": -1, "": -1,
	} {
		item, is := backstitch.Command{EffectID: effect}.Item()
		if !is {
			item = -1
		}
		if item != want {
			t.Errorf("%q is of item %d", effect, item)
		}
	}
}

func TestACommandCanBeGivenToAHandlerByATest(t *testing.T) {
	ctx := backstitch.WithCommand(context.Background(), backstitch.Command{EffectID: "s/step"})
	if got := backstitch.CommandFrom(ctx).EffectID; got != "s/step" {
		t.Errorf("the effect is %q", got)
	}
	if got := backstitch.CommandFrom(context.Background()).EffectID; got != "" {
		t.Errorf("without a command the effect is %q", got)
	}
}

func TestAContextMadeFromAHandlersEndsAsThatDoes(t *testing.T) {
	ended := make(chan [2]error, 1)
	s := openStream(t, serving(t, backstitch.Action[object, struct{}]{Do: func(ctx context.Context, _ object) (none struct{}, _ error) {
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		<-derived.Done()
		ended <- [2]error{derived.Err(), context.Cause(derived)}
		return
	}}))
	short := newContext("do")
	short.Timeout = durationpb.New(50 * time.Millisecond)
	s.do(1, short, "{}")
	if got := receive(t, "the handler to end", ended); got != [2]error{context.DeadlineExceeded, context.DeadlineExceeded} {
		t.Errorf("at the deadline it ended with %v", got)
	}
	s.do(2, newContext("do"), "{}")
	s.send(&backstitchv1.ServeRequest{Cancel: []uint64{2}})
	if got := receive(t, "the handler to end", ended); got != [2]error{context.Canceled, context.Canceled} {
		t.Errorf("at the cancel it ended with %v", got)
	}
}
