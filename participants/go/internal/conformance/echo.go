package conformance

import (
	"context"
	"encoding/json"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

type echoed struct {
	Namespace       string            `json:"namespace"`
	SagaID          string            `json:"saga_id"`
	Definition      string            `json:"definition"`
	Version         uint32            `json:"version"`
	Step            string            `json:"step"`
	Action          string            `json:"action"`
	EffectID        string            `json:"effect_id"`
	IdempotencyKey  string            `json:"idempotency_key"`
	Attempt         uint32            `json:"attempt"`
	Metadata        map[string]string `json:"metadata"`
	CompletionToken string            `json:"completion_token"`
	Item            *int              `json:"item"`
	HasDeadline     bool              `json:"has_deadline"`
	DeadlineInMs    *int64            `json:"deadline_in_ms"`
	Input           json.RawMessage   `json:"input"`
}

// echo says what it was told. Only reads.
var echo = backstitch.Action[json.RawMessage, echoed]{
	Do: func(ctx context.Context, in json.RawMessage) (echoed, error) {
		command := backstitch.CommandFrom(ctx)
		answer := echoed{
			Namespace: command.Namespace, SagaID: command.SagaID, Definition: command.Definition, Version: command.Version,
			Step: command.Step, Action: command.Action, EffectID: command.EffectID, IdempotencyKey: command.IdempotencyKey,
			Attempt: command.Attempt, Metadata: map[string]string{}, CompletionToken: command.CompletionToken, Input: in,
		}
		for key, value := range command.Metadata {
			answer.Metadata[key] = value
		}
		if item, is := command.Item(); is {
			answer.Item = &item
		}
		if deadline, has := ctx.Deadline(); has {
			left := time.Until(deadline).Milliseconds()
			answer.HasDeadline, answer.DeadlineInMs = true, &left
		}
		return answer, nil
	},
}
