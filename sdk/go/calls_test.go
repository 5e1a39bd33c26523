package backstitch_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// gated is an action whose runs each wait to be let on, unless their input says "pass".
type gated struct {
	runs    atomic.Int64
	begun   chan context.Context
	release chan error
}

func newGated() *gated {
	return &gated{begun: make(chan context.Context, 100), release: make(chan error)}
}

func (g *gated) action() backstitch.Action[object, object] {
	return backstitch.Action[object, object]{Do: func(ctx context.Context, in object) (object, error) {
		if in["pass"] == true {
			return nil, nil
		}
		run := g.runs.Add(1)
		g.begun <- ctx
		return object{"run": run}, <-g.release
	}}
}

func proveJoinsDuplicates(t *testing.T) {
	g := newGated()
	client := serving(t, g.action())
	one, other := openStream(t, client), openStream(t, client)
	same := newContext("do")
	var unary sync.WaitGroup
	unary.Go(func() {
		done, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: same})
		if err != nil || done.GetDone().GetOutput().AsMap()["run"] != 1.0 {
			t.Errorf("the unary call gave %v, %v", done, err)
		}
	})
	receive(t, "the handler to begin", g.begun)
	for _, s := range []*stream{one, other} {
		s.do(1, same, "{}")
		s.do(2, same, "{}")
		// Commands of one stream are taken in order: once this one has run, those before it have joined.
		s.do(3, newContext("do"), `{"pass":true}`)
		s.result(3)
	}
	close(g.release)
	for _, got := range []*backstitchv1.CommandResult{one.result(1), one.result(2), other.result(1), other.result(2)} {
		if string(got.GetDone()) != `{"run":1}` {
			t.Errorf("a duplicate gave %v", got)
		}
	}
	unary.Wait()
	one.do(4, same, "{}")
	if got := string(one.result(4).GetDone()); got != `{"run":2}` {
		t.Errorf("after the call, without a barrier, the command gave %s", got)
	}
}

func proveDeadline(t *testing.T) {
	g := newGated()
	client := serving(t, g.action())
	s := openStream(t, client)
	late := newContext("do")
	late.Timeout = durationpb.New(0)
	s.do(1, late, "{}")
	past := newContext("do")
	past.Timeout, past.Deadline = nil, timestamppb.New(time.Now().Add(-time.Second))
	_, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: past})
	if got := s.result(1).GetError(); codes.Code(got.GetStatus()) != codes.DeadlineExceeded || got.Message != "the deadline has passed" {
		t.Errorf("Serve gave %v", got)
	}
	if status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("the unary call gave %v", err)
	}
	if g.runs.Load() != 0 {
		t.Error("the handler ran")
	}

	short := newContext("do")
	short.Timeout = durationpb.New(50 * time.Millisecond)
	s.do(2, short, "{}")
	ctx := receive(t, "the handler to begin", g.begun)
	receive(t, "the context to be cancelled", ctx.Done())
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("the context ended with %v", ctx.Err())
	}
	g.release <- nil
	s.result(2)
}

func TestALaterAttemptThatJoinsMovesTheDeadline(t *testing.T) {
	g := newGated()
	s := openStream(t, serving(t, g.action()))
	first := newContext("do")
	first.Timeout = durationpb.New(150 * time.Millisecond)
	s.do(1, first, "{}")
	ctx := receive(t, "the handler to begin", g.begun)
	done := ctx.Done()
	before, _ := ctx.Deadline()
	second := newContext("do")
	second.IdempotencyKey, second.Timeout = first.IdempotencyKey, durationpb.New(400*time.Millisecond)
	s.do(2, second, "{}")
	until(t, "the second attempt has joined", func() bool {
		after, _ := ctx.Deadline()
		return after.After(before)
	})
	receive(t, "the context to be cancelled", done)
	if late := time.Since(before); late < 100*time.Millisecond {
		t.Errorf("it was cancelled %v after the first deadline", late)
	}
	g.release <- nil
	s.result(1)
	s.result(2)
}

func proveCancellation(t *testing.T) {
	g := newGated()
	client := serving(t, g.action())
	s := openStream(t, client)
	s.do(1, newContext("do"), "{}")
	ctx := receive(t, "the handler to begin", g.begun)
	derived, stop := context.WithTimeout(ctx, time.Hour)
	defer stop()
	s.send(&backstitchv1.ServeRequest{Cancel: []uint64{1}})
	receive(t, "the derived context to be cancelled", derived.Done())
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("the context ended with %v", ctx.Err())
	}
	g.release <- nil
	s.do(2, newContext("do"), "{}")
	receive(t, "the next handler to begin", g.begun)
	g.release <- nil
	s.result(2)
	if s.peek(1) != nil {
		t.Error("a cancelled command is answered")
	}

	hangingUp, cancel := context.WithCancel(context.Background())
	go client.Do(hangingUp, &backstitchv1.DoRequest{Context: newContext("do")})
	ctx = receive(t, "the unary handler to begin", g.begun)
	cancel()
	receive(t, "the context to be cancelled", ctx.Done())
	g.release <- nil

	// While another waits, the call goes on.
	leaving := openStream(t, client)
	both := newContext("do")
	leaving.do(1, both, "{}")
	ctx = receive(t, "the handler to begin", g.begun)
	s.do(3, both, "{}")
	s.do(4, newContext("do"), "{}")
	receive(t, "the handler of a later command to begin", g.begun)
	leaving.send(&backstitchv1.ServeRequest{Cancel: []uint64{1}})
	leaving.do(2, newContext("do"), "{}")
	receive(t, "the handler of a command after the cancel to begin", g.begun)
	if ctx.Err() != nil {
		t.Error("it is cancelled while somebody waits")
	}
	close(g.release)
	s.result(3)
	s.result(4)
	if err := s.raw.CloseSend(); err != nil {
		t.Fatal(err)
	}
	if err := s.ends(); err != io.EOF {
		t.Errorf("after a cancel the stream ends with %v", err)
	}
}

func TestAStreamThatBreaksLeavesItsCalls(t *testing.T) {
	g := newGated()
	s := openStream(t, serving(t, g.action()))
	s.do(1, newContext("do"), "{}")
	ctx := receive(t, "the handler to begin", g.begun)
	s.hangUp()
	receive(t, "the context to be cancelled", ctx.Done())
	close(g.release)
}

// attempts sends three attempts of an effect: the first is cancelled while it runs, the second waits for it.
func attempts(t *testing.T, first error) (*gated, *stream) {
	g := newGated()
	s := openStream(t, serving(t, g.action()))
	same := newContext("do")
	s.do(1, same, "{}")
	ctx := receive(t, "the first attempt to begin", g.begun)
	s.send(&backstitchv1.ServeRequest{Cancel: []uint64{1}})
	receive(t, "the first attempt to be aborted", ctx.Done())
	s.do(2, same, "{}")
	s.send(&backstitchv1.ServeRequest{Cancel: []uint64{2}})
	s.do(3, same, "{}")
	// Commands of one stream are taken in order: once this one has run, those before it have been taken.
	s.do(99, newContext("do"), `{"pass":true}`)
	s.result(99)
	if g.runs.Load() != 1 {
		t.Fatal("a later attempt runs beside the aborted one")
	}
	g.release <- first
	return g, s
}

func TestALaterAttemptTakesTheAnswerOfTheAbortedOne(t *testing.T) {
	g, s := attempts(t, nil)
	if got := string(s.result(3).GetDone()); got != `{"run":1}` {
		t.Errorf("the third attempt gave %s", got)
	}
	if g.runs.Load() != 1 {
		t.Errorf("%d runs", g.runs.Load())
	}
}

func TestALaterAttemptRunsAnewWhereTheAbortedOneFailed(t *testing.T) {
	g, s := attempts(t, errors.New("aborted"))
	receive(t, "the third attempt to begin", g.begun)
	g.release <- nil
	if got := string(s.result(3).GetDone()); got != `{"run":2}` {
		t.Errorf("the third attempt gave %s", got)
	}
	if s.peek(2) != nil {
		t.Error("the cancelled attempt is answered")
	}
}

func proveLogging(t *testing.T) {
	records, logger := newLogs()
	client := serving(t, backstitch.Action[object, object]{Do: func(_ context.Context, in object) (object, error) {
		if in["panic"] == true {
			panic("panicked as told")
		}
		return in, errors.New("broken")
	}}, backstitch.WithLogger(logger))
	s := openStream(t, client)
	s.do(1, newContext("do"), `{"card":"4711-secret"}`)
	s.do(2, newContext("do"), `{"panic":true}`)
	s.do(3, newContext("do"), `["4711-secret"]`)
	s.do(4, newContext("do"), `{"card":{"4711-secret"`)
	for id := uint64(1); id <= 4; id++ {
		s.result(id)
	}
	text := records.String()
	for _, part := range []string{
		`"namespace":"default"`, `"saga_id":"saga-`, `"step":"step"`, `"action":"act"`, `"direction":"do"`, `"attempt":1`,
		`"err":"broken"`, `"err":"panicked as told"`, `"err":"the payload is not a JSON object"`, `"level":"ERROR"`,
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is missing in %s", part, text)
		}
	}
	if strings.Contains(text, "secret") {
		t.Errorf("a payload is logged: %s", text)
	}
}

func TestWithoutALoggerAFailureIsReportedNowhere(t *testing.T) {
	client := serving(t, backstitch.Action[object, object]{Do: func(context.Context, object) (object, error) {
		return nil, errors.New("broken")
	}}, backstitch.WithLogger(nil))
	if _, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")}); status.Code(err) != codes.Unknown {
		t.Errorf("it gave %v", err)
	}
}
