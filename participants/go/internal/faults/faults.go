// Package faults is the switchboard of faults: everything that can go wrong between a participant and its orchestrator,
// for demonstrations and tests. It wraps finished actions from outside the barrier, so that business code knows nothing
// of it. Faults come from --faults for every call, and from a saga's metadata for that saga alone:
//
//	{"create_label": {"hang": 9}, "charge.undo": {"fail": 3}, "charge": {"slow_answer_ms": 1500}}
//
// A key is an action, meant in its Do, or `<action>.undo`. What comes as a number of attempts hits the first so many
// attempts of a call; counting by the attempt's number, it means the same after the participant was killed.
package faults

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/backstitch/backstitch/participants/go/internal/clock"
	backstitch "github.com/backstitch/backstitch/sdk/go"
)

// Key is the metadata key under which a saga brings faults of its own, as JSON.
const Key = "shop-faults"

// noticed is longer than an orchestrator may take to notice that a deadline has passed.
const noticed = 100 * time.Millisecond

// Fault is what goes wrong in one direction of one action.
type Fault struct {
	// Fail: so many attempts fail before anything is done.
	Fail uint32 `json:"fail"`
	// FailUntil: until this time of the shop's clock every attempt fails before anything is done.
	FailUntil *time.Time `json:"fail_until"`
	// Reject: the call is refused with this code before anything is done.
	Reject string `json:"reject"`
	// DelayMs: waits so many milliseconds before it begins, even past the deadline.
	DelayMs int64 `json:"delay_ms"`
	// Hang: so many attempts commit their work and then never answer.
	Hang uint32 `json:"hang"`
	// Die: in so many attempts the process kills itself between commit and answer.
	Die uint32 `json:"die"`
	// SlowAnswerMs: commits, then waits so many milliseconds with the answer.
	SlowAnswerMs int64 `json:"slow_answer_ms"`
	// Twice: carries out the call a second time after the first, and gives the second answer.
	Twice bool `json:"twice"`
}

// Faults are the faults of directions of actions, each as JSON.
type Faults map[string]json.RawMessage

// Parse reads faults from JSON; its error says that they are not an object.
func Parse(text string) (Faults, error) {
	var parsed Faults
	if text == "" {
		return parsed, nil
	}
	if err := json.Unmarshal([]byte(text), &parsed); err != nil || parsed == nil {
		return nil, errors.New("faults are an object")
	}
	for _, fault := range parsed {
		if err := json.Unmarshal(fault, &Fault{}); err != nil {
			return nil, errors.New("a fault has a field of another type")
		}
	}
	return parsed, nil
}

// Wrap gives an action that suffers the faults named for it.
func Wrap[In, Out any](name string, always Faults, action backstitch.Action[In, Out]) backstitch.Action[In, Out] {
	wrapped := backstitch.Action[In, Out]{
		Do: func(ctx context.Context, input In) (output Out, err error) {
			err = suffer(ctx, name, always, func() (failed error) {
				output, failed = action.Do(ctx, input)
				return failed
			})
			return output, err
		},
	}
	if action.Undo != nil {
		wrapped.Undo = func(ctx context.Context, undo backstitch.Undo[In, Out]) error {
			return suffer(ctx, name+".undo", always, func() error { return action.Undo(ctx, undo) })
		}
	}
	return wrapped
}

// faultOf merges the faults of every call with those of the saga, which come first.
func faultOf(key string, always Faults, metadata map[string]string) (fault Fault, err error) {
	own, err := Parse(metadata[Key])
	if err != nil {
		return fault, err
	}
	for _, from := range []Faults{always, own} {
		if text, named := from[key]; named {
			if err := json.Unmarshal(text, &fault); err != nil {
				return fault, err
			}
		}
	}
	return fault, nil
}

func suffer(ctx context.Context, key string, always Faults, work func() error) error {
	command := backstitch.CommandFrom(ctx)
	fault, err := faultOf(key, always, command.Metadata)
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(fault.DelayMs) * time.Millisecond)
	switch {
	case fault.Reject != "":
		return backstitch.Rejected(fault.Reject, "refused by a fault switch", nil)
	case command.Attempt <= fault.Fail:
		return errors.New("failed by a fault switch")
	case fault.FailUntil != nil && clock.Now().Before(*fault.FailUntil):
		return errors.New("down by a fault switch")
	}
	answer := work()
	if fault.Twice && isAnswer(answer) {
		answer = work()
	}
	if !isAnswer(answer) {
		return answer
	}
	if command.Attempt <= fault.Die {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	time.Sleep(time.Duration(fault.SlowAnswerMs) * time.Millisecond)
	if command.Attempt <= fault.Hang {
		// Until nobody expects the answer any more.
		<-ctx.Done()
		time.Sleep(noticed)
		return errors.New("the answer was held back by a fault switch")
	}
	return answer
}

// isAnswer says whether what a handler returned is committed, and so no technical failure.
func isAnswer(err error) bool {
	var rejected *backstitch.RejectedError
	var pending *backstitch.PendingError
	return err == nil || errors.As(err, &rejected) || errors.As(err, &pending)
}
