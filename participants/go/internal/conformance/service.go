// Package conformance is the participant that the conformance kit of test/conformance is run against.
package conformance

import (
	"context"
	"encoding/json"

	"github.com/backstitch/backstitch/participants/go/internal/ledger"
	"github.com/backstitch/backstitch/participants/go/internal/shop"
	"github.com/backstitch/backstitch/participants/go/internal/tokens"
	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// Service serves the actions that the kit's cases are about.
var Service = shop.Service{
	Name: "conformance",
	Register: func(r *shop.Running) {
		c := &counts{byEffect: map[string]effectCounts{}}
		shop.HandleKept(r, "effect", effect(c))
		shop.HandleBare(r, "bare", bare(c))
		shop.HandleBare(r, "echo", echo)
		shop.HandleBare(r, "count", count(r, c))
		for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
			shop.Handle(r, name, named(name))
		}
	},
}

// effect behaves as told behind the barrier. The ledger's line comes first, so that a refusal or a failure has to take it
// back.
func effect(c *counts) barrier.Action[told, any] {
	return barrier.Action[told, any]{
		Do: func(ctx context.Context, tx barrier.Tx, in told) (any, error) {
			if err := ledger.Write(ctx, tx, "do"); err != nil {
				return nil, err
			}
			if in.Do == "pending" {
				if err := tokens.Keep(ctx, tx); err != nil {
					return nil, err
				}
			}
			return behave(ctx, in, false, c.onAborted(backstitch.CommandFrom(ctx).EffectID))
		},
		Undo: func(ctx context.Context, tx barrier.Tx, undo backstitch.Undo[told, any]) error {
			if err := ledger.Write(ctx, tx, "undo"); err != nil {
				return err
			}
			_, err := behave(ctx, undo.DoInput, true, c.onAborted(backstitch.CommandFrom(ctx).EffectID))
			return err
		},
	}
}

// bare behaves as told without a barrier or a database, and says how often it was begun.
func bare(c *counts) backstitch.Action[told, any] {
	return backstitch.Action[told, any]{
		Do: func(ctx context.Context, in told) (any, error) {
			effect := backstitch.CommandFrom(ctx).EffectID
			counted := c.add(effect, func(e *effectCounts) { e.Runs++ })
			given, err := behave(ctx, in, false, c.onAborted(effect))
			if done, is := given.(object); is && done["id"] != nil {
				done["runs"] = counted.Runs
			}
			return given, err
		},
		Undo: func(ctx context.Context, undo backstitch.Undo[told, any]) error {
			effect := backstitch.CommandFrom(ctx).EffectID
			c.add(effect, func(e *effectCounts) { e.UndoRuns++ })
			_, err := behave(ctx, undo.DoInput, true, c.onAborted(effect))
			return err
		},
	}
}

type counted struct {
	Applied int `json:"applied"`
	Undone  int `json:"undone"`
	effectCounts
}

type countOf struct {
	EffectID string `json:"effect_id"`
}

// count says how often an effect was applied and undone, as the ledger has it, and what was counted in memory. Only reads.
func count(r *shop.Running, c *counts) backstitch.Action[countOf, counted] {
	return backstitch.Action[countOf, counted]{Do: func(ctx context.Context, in countOf) (counted, error) {
		answer := counted{effectCounts: c.of(in.EffectID)}
		err := r.DB.QueryRowContext(ctx, `SELECT COUNT(CASE WHEN direction = 'do' THEN 1 END), COUNT(CASE WHEN direction = 'undo' THEN 1 END)
		  FROM ledger WHERE effect_id = $1`, in.EffectID).Scan(&answer.Applied, &answer.Undone)
		return answer, err
	}}
}

// named does nothing but write into the ledger.
func named(name string) barrier.Action[json.RawMessage, object] {
	return barrier.Action[json.RawMessage, object]{
		Do: func(context.Context, barrier.Tx, json.RawMessage) (object, error) { return object{"of": name}, nil },
		Undo: func(context.Context, barrier.Tx, backstitch.Undo[json.RawMessage, object]) error {
			return nil
		},
	}
}
