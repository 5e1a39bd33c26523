package barrier

import (
	"context"
	"encoding/json"
	"errors"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/grpc/codes"
)

// Action is a Do and an Undo that work in the barrier's transaction. All else is as in backstitch.Action.
type Action[In, Out any] struct {
	Do   func(ctx context.Context, tx Tx, input In) (Out, error)
	Undo func(ctx context.Context, tx Tx, undo backstitch.Undo[In, Out]) error
}

// Guard makes an action whose handlers run once for an effect, inside the transaction that records their answer. Its
// payloads are JSON: a repeated answer is given as it was recorded, and what a handler takes is read where one runs. So a
// Do whose input does not fit can be undone: it has applied nothing.
func Guard[In, Out any](b *Barrier, action Action[In, Out]) backstitch.Action[json.RawMessage, json.RawMessage] {
	guarded := backstitch.Action[json.RawMessage, json.RawMessage]{}
	if action.Do != nil {
		guarded.Do = func(ctx context.Context, input json.RawMessage) (json.RawMessage, error) {
			return b.guard(ctx, false, func(ctx context.Context, tx Tx, _ row) (json.RawMessage, error) {
				var told In
				if err := answer.Decode(input, &told); err != nil {
					return nil, err
				}
				output, err := action.Do(ctx, tx, told)
				if err != nil {
					return nil, err
				}
				return answer.Encode(output)
			})
		}
	}
	if action.Undo != nil {
		guarded.Undo = func(ctx context.Context, undo backstitch.Undo[json.RawMessage, json.RawMessage]) error {
			_, err := b.guard(ctx, true, func(ctx context.Context, tx Tx, before row) (json.RawMessage, error) {
				told := backstitch.Undo[In, Out]{Input: undo.Input}
				if err := answer.Decode(undo.DoInput, &told.DoInput); err != nil {
					return nil, err
				}
				output := undo.DoOutput
				if output == nil && before.do.Kind == kindDone {
					recorded := json.RawMessage(before.do.Output)
					output = &recorded
				}
				if output != nil {
					told.DoOutput = new(Out)
					if err := answer.Decode(*output, told.DoOutput); err != nil {
						return nil, err
					}
				}
				return nil, action.Undo(ctx, tx, told)
			})
			return err
		}
	}
	return guarded
}

// handler is a Do or an Undo with its types erased. An Undo is told what was recorded before, and gives no output.
type handler func(ctx context.Context, tx Tx, before row) (json.RawMessage, error)

func (b *Barrier) guard(ctx context.Context, undo bool, handle handler) (json.RawMessage, error) {
	command := backstitch.CommandFrom(ctx)
	if command.EffectID == "" {
		return nil, answer.Fail(codes.InvalidArgument, "the command has no effect id")
	}
	decide := decideDo
	if undo {
		decide = decideUndo
	}
	var given storedAnswer
	err := b.store.transaction(ctx, func(s *session) error {
		before, err := s.claim(command)
		if err != nil {
			return err
		}
		decided := decide(before)
		given = decided.answer
		if !decided.run {
			if decided.record {
				return s.record(command, undo, given)
			}
			return nil
		}
		if isPast(ctx) {
			return tooLate
		}
		if err := s.savepoint(); err != nil {
			return err
		}
		if given, err = run(ctx, s.tx, before, handle); err != nil {
			return err
		}
		leave := s.releaseSavepoint
		if given.Kind == kindRejected {
			leave = s.rollbackToSavepoint
		}
		if err := leave(); err != nil {
			return err
		}
		if isRecorded(undo, given) {
			return s.record(command, undo, given)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return given.reply()
}

// run calls the handler. Its error is a technical failure, after which the transaction is rolled back.
func run(ctx context.Context, tx Tx, before row, handle handler) (storedAnswer, error) {
	// Rows that the handler has left open are closed with its context; they would hold up the transaction's end.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	output, err := handle(ctx, tx, before)
	var rejected *backstitch.RejectedError
	var pending *backstitch.PendingError
	switch {
	case err == nil:
		return storedAnswer{Kind: kindDone, Output: string(output)}, nil
	case errors.As(err, &rejected):
		message, details := answer.EncodeRefusal(rejected.Message, rejected.Details)
		refusal := storedAnswer{Kind: kindRejected, Code: rejected.Code, Message: message}
		if details != nil {
			text := string(details)
			refusal.Details = &text
		}
		return refusal, nil
	case errors.As(err, &pending):
		return storedAnswer{Kind: kindPending}, nil
	}
	return storedAnswer{}, err
}

// reply gives a stored answer as a handler would.
func (a storedAnswer) reply() (json.RawMessage, error) {
	switch a.Kind {
	case kindPending:
		return nil, backstitch.Pending()
	case kindRejected:
		rejected := &backstitch.RejectedError{Code: a.Code, Message: a.Message}
		if a.Details != nil {
			rejected.Details = json.RawMessage(*a.Details)
		}
		return nil, rejected
	}
	if a.Output == "" {
		return nil, nil
	}
	return json.RawMessage(a.Output), nil
}
