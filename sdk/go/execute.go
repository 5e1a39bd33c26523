package backstitch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
)

// holdsAfterDeadline is how long after its deadline a hanging call still holds later attempts.
const holdsAfterDeadline = time.Minute

// handler is a Do or an Undo with its types erased.
type handler func(ctx context.Context, c *command) (json.RawMessage, error)

// erasedAction is an action as the executor sees it; undo may be nil.
type erasedAction struct {
	do, undo handler
}

// executor runs commands, whichever way they came. Rules:
//
//	R1 a call past its deadline never reaches its handler;
//	R2 a command whose idempotency key is running already joins that call: one run, one answer for all who wait;
//	R3 a call is aborted when nobody waits for it any more or its deadline passes; a later attempt waits until it has
//	   ended, since a second run beside it could apply the effect twice, takes its answer if there is one, and else
//	   runs anew; but it does not wait for ever: a handler that hangs would otherwise hold every later attempt;
//	R4 each handler has a goroutine of its own, and whatever it does there, panic included, ends that call alone.
type executor struct {
	actions map[string]erasedAction
	// known lists the actions, for people.
	known   string
	logger  *slog.Logger
	workers *workers

	mu       sync.Mutex
	byKey    map[string]*call
	inFlight int
	idle     []chan struct{}
}

func newExecutor(actions map[string]erasedAction, known string, logger *slog.Logger) *executor {
	return &executor{actions: actions, known: known, logger: logger, workers: newWorkers(), byKey: map[string]*call{}}
}

// run answers the waiter when the command is over. It gives the call that runs it, or nil if it was refused at once.
func (e *executor) run(c command, w waiter) *call {
	now := time.Now()
	action, found := e.actions[c.Action]
	h := action.do
	if c.undo {
		h = action.undo
	}
	switch {
	case isPast(c.deadline, now):
		return refuse(w, codes.DeadlineExceeded, "the deadline has passed")
	case !found:
		return refuse(w, codes.Unimplemented, fmt.Sprintf("no such action: %q; served here: %s", c.Action, e.known))
	case h == nil:
		return refuse(w, codes.Unimplemented, fmt.Sprintf("this action has no undo: %q; served here: %s", c.Action, e.known))
	case c.IdempotencyKey == "":
		return refuse(w, codes.InvalidArgument, "the command has no idempotency key")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.byKey[c.IdempotencyKey]
	if before != nil && !before.holds(now) {
		before = nil
	}
	if before != nil && !before.isLeft() {
		before.waiters = append(before.waiters, w)
		before.extend(c.deadline)
		return before
	}
	made := newCall(e, c, h, w)
	e.inFlight++
	e.byKey[c.IdempotencyKey] = made
	if before == nil {
		e.workers.run(made)
	} else {
		made.holder = before.holder
		made.holder.followers = append(made.holder.followers, made)
	}
	return made
}

func refuse(w waiter, status codes.Code, message string) *call {
	out := failed(status, message)
	w.answer(&out)
	return nil
}

// holds says whether no later attempt may run beside the call. One that only waits for another adds nothing to that.
func (c *call) holds(now time.Time) bool {
	deadline, has := c.holder.Deadline()
	return !has || now.Before(deadline.Add(holdsAfterDeadline))
}

// perform calls the handler and ends the call.
func (c *call) perform() {
	e := c.executor
	var out outcome
	returned := false
	defer func() { e.end(c, &out) }()
	defer func() {
		if returned {
			return
		}
		// A panic, or runtime.Goexit, as the FailNow of a test does it: then there is nothing to recover.
		err := errors.New("the handler ended its goroutine")
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("%v", thrown)
		}
		out = failed(codes.Unknown, err.Error())
		e.report(&c.command, err, slog.String("stack", string(debug.Stack())))
	}()
	output, err := c.handler(c, &c.command)
	out = outcomeOf(output, err)
	if isFailure(out, err) {
		e.report(&c.command, err)
	}
	returned = true
}

// end gives the outcome to all who wait for it: the call's own waiters, and those of later attempts that take it.
func (e *executor) end(c *call, out *outcome) {
	e.mu.Lock()
	ended := 1
	waiters := e.endLocked(c)
	for _, follower := range c.followers {
		deadline, _ := follower.Deadline()
		// An abort is no answer, nor is any other technical failure.
		if out.kind == outcomeError && !follower.aborted && !isPast(deadline, time.Now()) {
			follower.holder = follower
			e.workers.run(follower)
		} else {
			ended++
			waiters = append(waiters, e.endLocked(follower)...)
		}
	}
	c.followers = nil
	e.mu.Unlock()
	for _, w := range waiters {
		w.answer(out)
	}
	e.landed(ended)
}

func (e *executor) endLocked(c *call) []waiter {
	if e.byKey[c.command.IdempotencyKey] == c {
		delete(e.byKey, c.command.IdempotencyKey)
	}
	c.ended = true
	c.cancelWith(context.Canceled)
	waiters := c.waiters
	c.waiters = nil
	return waiters
}

func (e *executor) landed(calls int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.inFlight -= calls
	if e.inFlight == 0 {
		for _, idle := range e.idle {
			close(idle)
		}
		e.idle = nil
	}
}

// whenIdle is closed when no call is in flight.
func (e *executor) whenIdle() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	idle := make(chan struct{})
	if e.inFlight == 0 {
		close(idle)
	} else {
		e.idle = append(e.idle, idle)
	}
	return idle
}

// abortAll cancels every handler's context.
func (e *executor) abortAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.byKey {
		c.abort()
	}
}

// report tells the logger of a handler that failed, without payloads.
func (e *executor) report(c *command, err error, more ...slog.Attr) {
	attrs := append([]slog.Attr{
		slog.String("namespace", c.Namespace),
		slog.String("saga_id", c.SagaID),
		slog.String("step", c.Step),
		slog.String("action", c.Action),
		slog.String("direction", c.direction()),
		slog.Uint64("attempt", uint64(c.Attempt)),
		slog.Any("err", err),
	}, more...)
	e.logger.LogAttrs(context.Background(), slog.LevelError, "a handler failed", attrs...)
}
