package backstitch

import (
	"crypto/rand"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

// View says how much of a saga an answer holds. The zero value is Full.
type View string

const (
	// Full is everything.
	Full View = "FULL"
	// Brief is without payloads.
	Brief View = "BRIEF"
)

func (v View) wire() backstitchv1.SagaView {
	// A view that there is none of is 0: full.
	return backstitchv1.SagaView(backstitchv1.SagaView_value["SAGA_VIEW_"+string(v)])
}

// longestWait is the most a server waits in one call.
const longestWait = 60 * time.Second

// waitEnd is when a saga is waited for no longer. The zero value: never.
type waitEnd struct{ at time.Time }

func waitEndAfter(wait time.Duration) waitEnd { return waitEnd{at: time.Now().Add(wait)} }

func (e waitEnd) isOver() bool { return isPast(e.at, time.Now()) }

// next is how long the server is asked to wait in the next call.
func (e waitEnd) next() time.Duration {
	if e.at.IsZero() {
		return longestWait
	}
	return max(0, min(time.Until(e.at), longestWait))
}

// given gives the only options, or those that say nothing.
func given[T any](options []T) T {
	var one T
	switch len(options) {
	case 0:
	case 1:
		one = options[0]
	default:
		panic("backstitch: options are given once")
	}
	return one
}

// requestIDOr gives a random request id where the caller has none, so that the client's own repeats count once.
func requestIDOr(requestID string) string {
	if requestID == "" {
		return rand.Text()
	}
	return requestID
}

// sagaOf gives the saga of an answer.
func sagaOf(answer interface{ GetSaga() *backstitchv1.Saga }) (*Saga, error) {
	saga := answer.GetSaga()
	if saga == nil {
		return nil, incomplete()
	}
	return toSaga(saga), nil
}
