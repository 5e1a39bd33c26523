package backstitch_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc/codes"
)

func commands(from, to int) *backstitchv1.ServeRequest {
	request := &backstitchv1.ServeRequest{Window: 256}
	for id := from; id <= to; id++ {
		request.Commands = append(request.Commands, &backstitchv1.Command{
			CorrelationId: uint64(id), Direction: backstitchv1.Direction_DIRECTION_FORWARD, Context: newContext("do"),
			Input: fmt.Appendf(nil, `{"sku":"%d"}`, id),
		})
	}
	return request
}

func proveServe(t *testing.T) {
	gate := make(chan struct{})
	client := serving(t, backstitch.Action[order, receipt]{
		Do: func(_ context.Context, in order) (receipt, error) {
			if in.SKU == "1" {
				<-gate
			}
			return receipt{ID: in.SKU}, nil
		},
	})
	s := openStream(t, client)
	s.send(commands(1, 500))
	for id := uint64(2); id <= 500; id++ {
		if got := string(s.result(id).GetDone()); got != fmt.Sprintf(`{"id":"%d","qty":0}`, id) {
			t.Fatalf("command %d: %s", id, got)
		}
	}
	if s.peek(1) != nil {
		t.Error("commands wait for each other")
	}
	s.mu.Lock()
	if len(s.messages) > 250 {
		t.Errorf("499 results came in %d messages", len(s.messages))
	}
	s.mu.Unlock()
	if err := s.raw.CloseSend(); err != nil {
		t.Fatal(err)
	}
	close(gate)
	s.result(1)
	if err := s.ends(); err != io.EOF {
		t.Errorf("after the peer has closed its side the stream ends with %v", err)
	}
}

func TestResultsLeaveInMessagesOfBoundedSize(t *testing.T) {
	gate := make(chan struct{})
	client := serving(t, backstitch.Action[order, object]{Do: func(context.Context, order) (object, error) {
		<-gate
		return object{"x": strings.Repeat("x", 200_000)}, nil
	}})
	s := openStream(t, client)
	s.send(commands(1, 40))
	close(gate)
	for id := uint64(1); id <= 40; id++ {
		if got := len(s.result(id).GetDone()); got != 200_008 {
			t.Fatalf("command %d: %d bytes", id, got)
		}
	}
}

func TestACommandWithoutDirectionIsRefused(t *testing.T) {
	s := openStream(t, serving(t, echo))
	s.send(&backstitchv1.ServeRequest{Commands: []*backstitchv1.Command{{CorrelationId: 1, Context: newContext("do")}, {CorrelationId: 2}}})
	for id := uint64(1); id <= 2; id++ {
		if got := s.result(id).GetError(); codes.Code(got.GetStatus()) != codes.InvalidArgument {
			t.Errorf("command %d: %v", id, got)
		}
	}
	s.send(&backstitchv1.ServeRequest{Commands: []*backstitchv1.Command{{
		CorrelationId: 3, Direction: backstitchv1.Direction_DIRECTION_FORWARD, Context: &backstitchv1.CommandContext{Action: "act"},
	}}})
	if got := s.result(3).GetError(); codes.Code(got.GetStatus()) != codes.InvalidArgument || got.Message != "the command has no idempotency key" {
		t.Errorf("without idempotency key: %v", got)
	}
}

func TestADuplicateCorrelationIdIsIgnoredWhileTheFirstIsInFlight(t *testing.T) {
	gate := make(chan struct{})
	var runs atomic.Int32
	s := openStream(t, serving(t, backstitch.Action[order, order]{Do: func(_ context.Context, in order) (order, error) {
		runs.Add(1)
		<-gate
		return in, nil
	}}))
	s.send(commands(1, 1))
	until(t, "the handler runs", func() bool { return runs.Load() == 1 })
	s.do(1, newContext("do"), `{"sku":"other"}`)
	s.send(commands(2, 2))
	until(t, "the next command runs", func() bool { return runs.Load() == 2 })
	close(gate)
	s.result(2)
	if got := string(s.result(1).GetDone()); got != `{"sku":"1","qty":0}` {
		t.Errorf("the first command gave %s", got)
	}
}

func TestNoMoreIsReadWhileTooMuchIsInFlight(t *testing.T) {
	gate := make(chan struct{})
	var runs atomic.Int32
	s := openStream(t, serving(t, backstitch.Action[order, order]{Do: func(_ context.Context, in order) (order, error) {
		runs.Add(1)
		<-gate
		return in, nil
	}}))
	const inFlight = 4096
	s.send(commands(1, inFlight))
	until(t, "all run", func() bool { return runs.Load() == inFlight })
	s.send(commands(inFlight+1, inFlight+1))
	// What must not happen can only be given the time to.
	time.Sleep(50 * time.Millisecond)
	if runs.Load() != inFlight {
		t.Error("more is read")
	}
	close(gate)
	s.result(inFlight + 1)
}
