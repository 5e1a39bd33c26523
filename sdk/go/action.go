package backstitch

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/backstitch/backstitch/sdk/go/internal/answer"
)

// Action is a named pair of Do and Undo. In and Out are what encoding/json reads from, and writes as, a JSON object: a
// struct, mostly, or a map. struct{} is an output without content.
//
// A handler's context is cancelled when nobody wants the answer any more: the call was cancelled, or its deadline is
// past. CommandFrom tells what the call is about.
type Action[In, Out any] struct {
	// Do applies the effect and returns the output, at most 256 KiB of JSON. Rejected refuses, Pending accepts the work
	// for later; any other error is a technical failure, which is tried again.
	Do func(ctx context.Context, input In) (Out, error)
	// Undo removes the effect. Nil: the action only reads (`undo: none` in the definition), and an Undo is UNIMPLEMENTED.
	Undo func(ctx context.Context, undo Undo[In, Out]) error
}

// Undo is what an Undo is told.
type Undo[In, Out any] struct {
	// DoInput is what the Do was given.
	DoInput In
	// DoOutput is what the Do answered; nil where that is not known. A barrier fills it in from its own record.
	DoOutput *Out
	// Input is the Undo's own input, a JSON object: {} unless the definition gives one.
	Input json.RawMessage
}

// Handle has a participant serve an action under this name. Names are unique within one server, since a command carries
// only the action's name: Handle panics if the name is taken, if there is no Do, or once the participant listens.
func Handle[In, Out any](p *Participant, name string, action Action[In, Out]) {
	if action.Do == nil {
		panic(fmt.Sprintf("backstitch: the action %q has no Do", name))
	}
	erased := erasedAction{do: eraseDo(action.Do)}
	if action.Undo != nil {
		erased.undo = eraseUndo(action.Undo)
	}
	p.add(name, erased)
}

func eraseDo[In, Out any](do func(context.Context, In) (Out, error)) handler {
	return func(ctx context.Context, c *command) (json.RawMessage, error) {
		var input In
		if err := answer.Decode(c.input, &input); err != nil {
			return nil, err
		}
		output, err := do(ctx, input)
		if err != nil {
			return nil, err
		}
		return answer.Encode(output)
	}
}

func eraseUndo[In, Out any](undo func(context.Context, Undo[In, Out]) error) handler {
	return func(ctx context.Context, c *command) (json.RawMessage, error) {
		var told Undo[In, Out]
		if err := answer.Decode(c.input, &told.Input); err != nil {
			return nil, err
		}
		if err := answer.Decode(c.doInput, &told.DoInput); err != nil {
			return nil, err
		}
		if len(c.doOutput) > 0 {
			told.DoOutput = new(Out)
			if err := answer.Decode(c.doOutput, told.DoOutput); err != nil {
				return nil, err
			}
		}
		return nil, undo(ctx, told)
	}
}
