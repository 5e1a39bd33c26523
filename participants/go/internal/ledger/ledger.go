// Package ledger has a line for every effect that was applied or undone, written in the effect's own transaction and
// never changed. It has no unique key on purpose: an effect that happened twice stands there twice.
package ledger

import (
	"context"
	"errors"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// Schema creates the ledger.
const Schema = `
  CREATE TABLE IF NOT EXISTS ledger (
    effect_id TEXT NOT NULL,
    saga_id   TEXT NOT NULL,
    action    TEXT NOT NULL,
    direction TEXT NOT NULL,
    at_ms     BIGINT NOT NULL -- milliseconds since the epoch
  );
  CREATE INDEX IF NOT EXISTS ledger_saga ON ledger (saga_id);`

// With gives the same handlers, with a line in the ledger for each effect. A handler that fails leaves none.
func With[In, Out any](action barrier.Action[In, Out]) barrier.Action[In, Out] {
	noted := barrier.Action[In, Out]{
		Do: func(ctx context.Context, tx barrier.Tx, input In) (Out, error) {
			output, err := action.Do(ctx, tx, input)
			return output, note(ctx, tx, "do", err)
		},
	}
	if action.Undo != nil {
		noted.Undo = func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[In, Out]) error {
			return note(ctx, tx, "undo", action.Undo(ctx, tx, undo))
		}
	}
	return noted
}

// note writes a line unless the handler has failed.
func note(ctx context.Context, tx barrier.Tx, direction string, answer error) error {
	var pending *backstitch.PendingError
	if answer != nil && !errors.As(answer, &pending) {
		return answer
	}
	if err := Write(ctx, tx, direction); err != nil {
		return err
	}
	return answer
}

// Write writes the line of the effect that the context is about; direction is "do" or "undo".
func Write(ctx context.Context, tx barrier.Tx, direction string) error {
	command := backstitch.CommandFrom(ctx)
	_, err := tx.ExecContext(ctx, "INSERT INTO ledger (effect_id, saga_id, action, direction, at_ms) VALUES ($1, $2, $3, $4, $5)",
		command.EffectID, command.SagaID, command.Action, direction, time.Now().UnixMilli())
	return err
}
