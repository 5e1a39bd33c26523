package backstitch

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
)

// leaving is a waiter that may have gone without having come to leave.
type leaving struct {
	outcomes chan outcome
	isGone   atomic.Bool
}

func newLeaving() *leaving { return &leaving{outcomes: make(chan outcome, 1)} }

func (l *leaving) answer(out *outcome) { l.outcomes <- *out }

func (l *leaving) gone() bool { return l.isGone.Load() }

// hanging gives an executor whose first attempt hangs until it is aborted, and later ones are done.
func hanging() (*executor, <-chan struct{}) {
	begun := make(chan struct{}, 10)
	do := func(ctx context.Context, c *command) (json.RawMessage, error) {
		begun <- struct{}{}
		if c.Attempt == 1 {
			<-ctx.Done()
			return nil, errors.New("aborted")
		}
		return nil, nil
	}
	return newExecutor(map[string]erasedAction{"act": {do: do}}, "act", slog.New(slog.DiscardHandler)), begun
}

func attempt(number uint32, deadline time.Time) command {
	return command{Command: Command{Action: "act", IdempotencyKey: "effect/do", Attempt: number}, deadline: deadline}
}

func wait[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(5 * time.Second):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

func TestALaterAttemptDoesNotJoinACallWhoseWaitersHaveGone(t *testing.T) {
	e, begun := hanging()
	first, second := newLeaving(), newLeaving()
	e.run(attempt(1, time.Time{}), first)
	wait(t, "the first attempt", begun)
	first.isGone.Store(true)
	e.run(attempt(2, time.Time{}), second)
	if out := wait(t, "the second attempt's answer", second.outcomes); out.kind != outcomeDone {
		t.Errorf("%+v", out)
	}
	if len(first.outcomes) > 0 {
		t.Error("who has gone is answered")
	}
	wait(t, "the executor to be idle", e.whenIdle())
}

// hold begins an attempt whose handler never ends, and has its deadline lie so far back.
func hold(t *testing.T, sinceDeadline time.Duration) *executor {
	begun := make(chan struct{}, 1)
	end := make(chan struct{})
	t.Cleanup(func() { close(end) })
	do := func(_ context.Context, c *command) (json.RawMessage, error) {
		if c.Attempt == 1 {
			begun <- struct{}{}
			<-end
		}
		return nil, nil
	}
	e := newExecutor(map[string]erasedAction{"act": {do: do}}, "act", slog.New(slog.DiscardHandler))
	first := newLeaving()
	running := e.run(attempt(1, time.Now().Add(time.Hour)), first)
	wait(t, "the first attempt", begun)
	running.leave(first)
	running.mu.Lock()
	running.deadline = time.Now().Add(-sinceDeadline)
	running.mu.Unlock()
	return e
}

func TestAHandlerThatDoesNotEndHoldsLaterAttemptsUntilAMinuteAfterItsDeadline(t *testing.T) {
	holding := hold(t, holdsAfterDeadline-10*time.Second)
	later := newLeaving()
	made := holding.run(attempt(2, time.Now().Add(time.Hour)), later)
	if made.holder == made {
		t.Error("it runs beside the first attempt")
	}
	over := hold(t, holdsAfterDeadline+time.Millisecond)
	over.run(attempt(2, time.Now().Add(time.Hour)), later)
	if out := wait(t, "the later attempt's answer", later.outcomes); out.kind != outcomeDone {
		t.Errorf("%+v", out)
	}
}
