package backstitch

import (
	"context"
	"regexp"
	"strconv"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

// Command says what a handler's call is about. The same in Do and Undo but for the idempotency key and the attempt.
type Command struct {
	Namespace string
	SagaID    string
	// Definition and Version name the saga's definition.
	Definition string
	Version    uint32
	Step       string
	Action     string
	// EffectID names the effect; the same in Do and Undo and for all attempts.
	EffectID string
	// IdempotencyKey is the same for all attempts in one direction: hand it to services that take one.
	IdempotencyKey string
	// Attempt counts from 1.
	Attempt uint32
	// Metadata has traceparent, tracestate and what the saga's caller passed through. Not to be written to.
	Metadata map[string]string
	// CompletionToken is for the client's Complete and Heartbeat after Pending. The same for all attempts; keep it secret.
	CompletionToken string
}

var itemPattern = regexp.MustCompile(`#(\d+)(?:@\d+)?$`)

// Item gives the number of a for_each step's item, counted from 0; false for other steps.
func (c Command) Item() (int, bool) {
	match := itemPattern.FindStringSubmatch(c.EffectID)
	if match == nil {
		return 0, false
	}
	item, err := strconv.Atoi(match[1])
	return item, err == nil
}

type commandKey struct{}

// CommandFrom gives the command that a handler was called for. Its deadline is that of the context. In a context that
// comes from no handler it is empty.
func CommandFrom(ctx context.Context) Command {
	if command, ok := ctx.Value(commandKey{}).(*Command); ok {
		return *command
	}
	return Command{}
}

// WithCommand gives a context that CommandFrom finds this command in, to call handlers in tests.
func WithCommand(ctx context.Context, command Command) context.Context {
	return context.WithValue(ctx, commandKey{}, &command)
}

// command is a Do or an Undo, whichever way it came. Payloads are JSON text; empty: none.
type command struct {
	Command
	undo     bool
	input    []byte
	doInput  []byte
	doOutput []byte
	// The zero time: none.
	deadline time.Time
}

func (c *command) direction() string {
	if c.undo {
		return "undo"
	}
	return "do"
}

func commandOf(wire *backstitchv1.CommandContext) Command {
	return Command{
		Namespace:       wire.GetNamespace(),
		SagaID:          wire.GetSagaId(),
		Definition:      wire.GetDefinition(),
		Version:         wire.GetVersion(),
		Step:            wire.GetStep(),
		Action:          wire.GetAction(),
		EffectID:        wire.GetEffectId(),
		IdempotencyKey:  wire.GetIdempotencyKey(),
		Attempt:         wire.GetAttempt(),
		Metadata:        wire.GetMetadata(),
		CompletionToken: wire.GetCompletionToken(),
	}
}

// deadlineOf gives when a command that was received at `now` must not be begun any more, by the clock of this machine.
// The orchestrator's own deadline counts only where it sends no timeout.
func deadlineOf(wire *backstitchv1.CommandContext, now time.Time) time.Time {
	if timeout := wire.GetTimeout(); timeout != nil {
		return now.Add(timeout.AsDuration())
	}
	if deadline := wire.GetDeadline(); deadline != nil {
		return deadline.AsTime()
	}
	return time.Time{}
}
