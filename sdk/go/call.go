package backstitch

import (
	"context"
	"slices"
	"sync"
	"time"
)

// waiter waits for an outcome. It is told once at most, maybe before run returns.
type waiter interface {
	answer(out *outcome)
	// gone says that the waiter wants no answer any more and is about to leave.
	gone() bool
}

// call is one run of a handler and the context that the handler gets. Most handlers never ask whether they are still
// wanted, so what that takes is not made before somebody asks.
type call struct {
	command  command
	executor *executor
	handler  handler

	// Guarded by executor.mu.
	waiters []waiter
	// holder is the call whose handler runs: this one, or an aborted one that it waits for.
	holder    *call
	followers []*call
	aborted   bool
	ended     bool
	only      [1]waiter

	// mu guards what follows; it is taken after executor.mu.
	mu       sync.Mutex
	deadline time.Time
	reason   error
	inner    context.Context
	cancel   context.CancelFunc
	timer    *time.Timer
}

func newCall(e *executor, c command, h handler, w waiter) *call {
	made := &call{command: c, executor: e, handler: h, deadline: c.deadline}
	made.only[0] = w
	made.waiters = made.only[:]
	made.holder = made
	return made
}

// Deadline is the latest one of all attempts that have joined.
func (c *call) Deadline() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deadline, !c.deadline.IsZero()
}

// Done is closed when nobody wants the answer any more: cancelled, or past the deadline; or once it is given.
func (c *call) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inner == nil {
		c.inner, c.cancel = context.WithCancel(context.Background())
		switch {
		case c.reason != nil:
			c.cancel()
		case !c.deadline.IsZero():
			c.timer = time.AfterFunc(time.Until(c.deadline), c.onDeadline)
		}
	}
	return c.inner.Done()
}

func (c *call) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason == nil && c.inner == nil && isPast(c.deadline, time.Now()) {
		return context.DeadlineExceeded
	}
	return c.reason
}

// AfterFunc is how contexts made from this one follow it, without a goroutine each: they end with its Err.
func (c *call) AfterFunc(f func()) (stop func() bool) {
	c.Done()
	return context.AfterFunc(c.inner, f)
}

func (c *call) Value(key any) any {
	if key == (commandKey{}) {
		return &c.command.Command
	}
	return nil
}

// cancelWith ends the context, once.
func (c *call) cancelWith(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason != nil {
		return
	}
	c.reason = reason
	if c.timer != nil {
		c.timer.Stop()
	}
	if c.cancel != nil {
		c.cancel()
	}
}

// extend moves the deadline to that of a later attempt that has joined, if that is later.
func (c *call) extend(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.deadline.IsZero() || (!deadline.IsZero() && !deadline.After(c.deadline)) {
		return
	}
	c.deadline = deadline
}

// onDeadline aborts the call, or waits on if the deadline has moved.
func (c *call) onDeadline() {
	c.executor.mu.Lock()
	defer c.executor.mu.Unlock()
	c.mu.Lock()
	deadline := c.deadline
	if !deadline.IsZero() && !isPast(deadline, time.Now()) && c.reason == nil {
		c.timer.Reset(time.Until(deadline))
	}
	c.mu.Unlock()
	if isPast(deadline, time.Now()) {
		c.abort()
	}
}

// abort tells the handler that nobody wants its answer. The caller holds executor.mu.
func (c *call) abort() {
	if c.ended {
		return
	}
	c.aborted = true
	reason := context.Canceled
	// Whoever waits may see the deadline before the call's own timer does.
	if deadline, _ := c.Deadline(); isPast(deadline, time.Now()) {
		reason = context.DeadlineExceeded
	}
	c.cancelWith(reason)
}

// isLeft says whether nobody waits any more, and aborts the call then. A waiter may have gone and not come to leave yet; a
// later attempt that joined in that moment would wait for a handler that is to be aborted. The caller holds executor.mu.
func (c *call) isLeft() bool {
	c.waiters = slices.DeleteFunc(c.waiters, waiter.gone)
	if len(c.waiters) == 0 {
		c.abort()
	}
	return c.aborted
}

// leave is for a waiter that wants no answer any more.
func (c *call) leave(w waiter) {
	c.executor.mu.Lock()
	defer c.executor.mu.Unlock()
	at := slices.Index(c.waiters, w)
	if at < 0 {
		return
	}
	c.waiters = slices.Delete(c.waiters, at, at+1)
	if len(c.waiters) == 0 {
		c.abort()
	}
}

// isPast says whether a deadline is over; the zero time never is.
func isPast(deadline, now time.Time) bool {
	return !deadline.IsZero() && !now.Before(deadline)
}
