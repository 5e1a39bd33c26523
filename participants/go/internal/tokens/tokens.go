// Package tokens keeps the completion tokens of work that a service answered with Pending, in its own database, until
// somebody outside has finished the work and calls CompleteStep.
package tokens

import (
	"context"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// Schema creates the table that every service has.
const Schema = `
  CREATE TABLE IF NOT EXISTS completion_tokens (
    effect_id TEXT PRIMARY KEY,
    saga_id   TEXT NOT NULL,
    step      TEXT NOT NULL,
    token     TEXT NOT NULL
  );`

// Keep keeps the token of a Do in the transaction that records the answer Pending.
func Keep(ctx context.Context, tx barrier.Tx) error {
	command := backstitch.CommandFrom(ctx)
	_, err := tx.ExecContext(ctx, `INSERT INTO completion_tokens (effect_id, saga_id, step, token) VALUES ($1, $2, $3, $4)
	  ON CONFLICT (effect_id) DO UPDATE SET token = excluded.token`,
		command.EffectID, command.SagaID, command.Step, command.CompletionToken)
	return err
}
