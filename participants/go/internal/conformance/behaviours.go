package conformance

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/google/uuid"
)

// told is what a case tells the actions effect and bare to do. An Undo reads it from the input of its Do.
type told struct {
	// Do and Undo say how the handler behaves; default: done.
	Do   string `json:"do"`
	Undo string `json:"undo"`
	// Attempts: only so many first attempts behave so, later ones are done. Nil: all do.
	Attempts *uint32 `json:"attempts"`
	// Ms is how long slow and block take, in milliseconds. Nil: 300.
	Ms *int64 `json:"ms"`
}

type object = map[string]any

// behave behaves as told; it gives the output of a Do. onAborted is called where hang sees its context cancelled.
func behave(ctx context.Context, t told, undo bool, onAborted func()) (any, error) {
	command := backstitch.CommandFrom(ctx)
	behaviour := t.Do
	if undo {
		behaviour = t.Undo
	}
	if t.Attempts != nil && command.Attempt > *t.Attempts {
		behaviour = "done"
	}
	switch behaviour {
	case "reject":
		return nil, backstitch.Rejected("CONFORMANCE_REFUSED", "refused as told", object{"why": "told", "text": "ä\u0000\n"})
	case "pending":
		return nil, backstitch.Pending()
	case "retry_after":
		return nil, backstitch.RetryAfter(1500*time.Millisecond, "later")
	case "fail":
		return nil, errors.New("failed as told")
	case "panic":
		panic("panicked as told")
	case "slow":
		time.Sleep(t.duration())
	case "block":
		block(t.duration())
	case "hang":
		<-ctx.Done()
		onAborted()
		return nil, errors.New("gave up waiting, as told")
	}
	return output(behaviour, command), nil
}

func (t told) duration() time.Duration {
	if t.Ms == nil {
		return 300 * time.Millisecond
	}
	return time.Duration(*t.Ms) * time.Millisecond
}

// block keeps its thread busy.
func block(duration time.Duration) {
	for until := time.Now().Add(duration); time.Now().Before(until); {
	}
}

func output(behaviour string, command backstitch.Command) any {
	switch behaviour {
	case "nothing":
		return nil
	case "array":
		return []int{1}
	case "unencodable":
		return object{"x": func() {}}
	case "nan":
		return object{"x": math.NaN()}
	case "oversize":
		return object{"x": strings.Repeat("x", 300_000)}
	case "big_integer":
		return object{"x": int64(9007199254740993)}
	case "large":
		return object{"x": strings.Repeat("x", 200_000)}
	case "text":
		return object{"text": "ä\u0000\n\u2028😀"}
	}
	return object{"id": uuid.NewString(), "effect_id": command.EffectID, "attempt": command.Attempt}
}
