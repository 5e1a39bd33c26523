package barrier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

type (
	object = map[string]any
	action = backstitch.Action[json.RawMessage, json.RawMessage]
)

// command is a command of a sequence: how its handler would behave, the answer expected, and whether the handler runs.
type command struct {
	undo                bool
	behaviour, expected string
	ran                 bool
}

func do(behaviour, expected string) command        { return command{false, behaviour, expected, true} }
func undo(behaviour, expected string) command      { return command{true, behaviour, expected, true} }
func quietDo(behaviour, expected string) command   { return command{false, behaviour, expected, false} }
func quietUndo(behaviour, expected string) command { return command{true, behaviour, expected, false} }

const (
	done    = "done"
	refused = "rejected NO"
	undone  = "rejected UNDONE"
	fails   = "fails"
)

var sequences = []struct {
	name     string
	commands []command
	effects  int
}{
	{"a Do applies its effect", []command{do("done", done)}, 1},
	{"a repeated Do applies nothing and is answered as the first time",
		[]command{do("done", done), quietDo("rejected", done), quietDo("fails", done)}, 1},
	{"a refusal takes back what its handler did, and stands",
		[]command{do("rejected", refused), quietDo("done", refused)}, 0},
	{"an accepted Do keeps what its handler did, and stands",
		[]command{do("pending", "pending"), quietDo("done", "pending")}, 1},
	{"a technical failure leaves nothing, so the next attempt runs",
		[]command{do("fails", fails), do("unencodable", fails), do("panics", fails), do("retry after", fails), do("done", done)}, 1},
	{"an Undo removes the effect, once",
		[]command{do("done", done), undo("done", done), quietUndo("fails", done)}, 0},
	{"an Undo whose Do never came succeeds without its handler, and the late Do applies nothing",
		[]command{quietUndo("fails", done), quietDo("done", undone), quietDo("done", undone), quietUndo("fails", done)}, 0},
	{"a Do repeated after its Undo applies nothing",
		[]command{do("done", done), undo("done", done), quietDo("done", undone)}, 0},
	{"an Undo of a refused Do succeeds without its handler",
		[]command{do("rejected", refused), quietUndo("fails", done)}, 0},
	{"an Undo of an accepted Do runs",
		[]command{do("pending", "pending"), undo("done", done)}, 0},
	{"an Undo that fails can be tried again",
		[]command{do("done", done), undo("fails", fails), undo("done", done)}, 0},
	{"an Undo that is refused leaves the effect, and its Do stands",
		[]command{do("done", done), undo("rejected", refused), quietDo("fails", done)}, 1},
	{"an Undo that was refused reaches its handler again, until it is done",
		[]command{do("done", done), undo("rejected", refused), undo("rejected", refused), undo("done", done),
			quietUndo("fails", done), quietDo("done", undone)}, 0},
	{"an accepted Undo stands",
		[]command{do("done", done), undo("pending", "pending"), quietUndo("fails", "pending"), quietDo("fails", undone)}, 0},
	{"a Do that was refused is refused with UNDONE once it is undone",
		[]command{do("rejected", refused), quietUndo("fails", done), quietDo("done", undone)}, 0},
	{"after a Do that failed, its Undo has nothing to do",
		[]command{do("fails", fails), quietUndo("fails", done), quietDo("done", undone)}, 0},
}

func proveRules(t *testing.T, l *ledger) {
	for _, sequence := range sequences {
		t.Run(sequence.name, func(t *testing.T) {
			to := newCommand()
			for i, command := range sequence.commands {
				ran := false
				action := barrier.Guard(l.barrier, barrier.Action[object, any]{
					Do: func(ctx context.Context, tx barrier.Tx, _ object) (any, error) {
						ran = true
						return behave(command.behaviour, l.add(ctx, tx))
					},
					Undo: func(ctx context.Context, tx barrier.Tx, _ backstitch.Undo[object, any]) error {
						ran = true
						_, err := behave(command.behaviour, l.remove(ctx, tx))
						return err
					},
				})
				if got := send(action, command.undo, in(to)); got != command.expected || ran != command.ran {
					t.Errorf("command %d is answered %s, its handler ran: %v", i+1, got, ran)
				}
			}
			if got := l.effects(to.EffectID); got != sequence.effects {
				t.Errorf("%d effects", got)
			}
		})
	}
	t.Run("a repeated command gives the first output, or refusal", func(t *testing.T) { proveRepeats(t, l) })
	t.Run("an Undo that is not told the Do's output knows it from the record", func(t *testing.T) { proveDoOutput(t, l) })
	t.Run("a Do whose input does not fit can be undone", func(t *testing.T) { proveMisfit(t, l) })
	t.Run("a deadline may be as late as a definition allows", func(t *testing.T) { proveLongDeadline(t, l) })
	t.Run("a call past its deadline is refused and leaves no record", func(t *testing.T) { proveLateness(t, l) })
}

// behave ends a handler that has changed the ledger.
func behave(behaviour string, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case behaviour == "rejected":
		return nil, backstitch.Rejected("NO", "not today\u0000", object{"why": "closed"})
	case behaviour == "pending":
		return nil, fmt.Errorf("wrapped: %w", backstitch.Pending())
	case behaviour == "retry after":
		return nil, backstitch.RetryAfter(1, "later")
	case behaviour == "fails":
		return nil, errors.New("broken")
	case behaviour == "panics":
		panic("panicked as told")
	case behaviour == "unencodable":
		return func() {}, nil
	}
	return object{"id": 1}, nil
}

// send gives what a command is answered with, in short.
func send(action action, undo bool, ctx context.Context) (answer string) {
	defer func() {
		if recover() != nil {
			answer = fails
		}
	}()
	var err error
	if undo {
		err = action.Undo(ctx, backstitch.Undo[json.RawMessage, json.RawMessage]{})
	} else {
		_, err = action.Do(ctx, nil)
	}
	var rejected *backstitch.RejectedError
	var pending *backstitch.PendingError
	switch {
	case err == nil:
		return done
	case errors.As(err, &rejected):
		return "rejected " + rejected.Code
	case errors.As(err, &pending):
		return "pending"
	}
	return fails
}

func proveRepeats(t *testing.T, l *ledger) {
	runs := 0
	action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, _ barrier.Tx, in object) (object, error) {
		runs++
		if in["refuse"] == true {
			return nil, backstitch.Rejected("NO", fmt.Sprintf("run %d", runs), object{"text": "ä\u0000\n"})
		}
		return object{"run": runs, "text": "ä\u0000\n", "big": 1<<53 - 1}, nil
	}})
	if action.Undo != nil {
		t.Error("an action without Undo has one behind the barrier")
	}
	to := newCommand()
	for range 2 {
		output, err := action.Do(in(to), nil)
		if err != nil || string(output) != `{"big":9007199254740991,"run":1,"text":"ä\u0000\n"}` {
			t.Errorf("%s, %v", output, err)
		}
	}
	to = newCommand()
	for range 2 {
		_, err := action.Do(in(to), json.RawMessage(`{"refuse":true}`))
		var rejected *backstitch.RejectedError
		if !errors.As(err, &rejected) || rejected.Message != "run 2" {
			t.Fatalf("%v", err)
		}
		if details, _ := json.Marshal(rejected.Details); string(details) != `{"text":"ä\u0000\n"}` {
			t.Errorf("the details are %s", details)
		}
	}
}

func proveDoOutput(t *testing.T, l *ledger) {
	type charge struct {
		ID string `json:"charge_id"`
	}
	var seen []*charge
	action := barrier.Guard(l.barrier, barrier.Action[object, charge]{
		Do: func(context.Context, barrier.Tx, object) (charge, error) { return charge{"ch_1"}, nil },
		Undo: func(_ context.Context, _ barrier.Tx, undo backstitch.Undo[object, charge]) error {
			seen = append(seen, undo.DoOutput)
			return errors.New("again, please")
		},
	})
	to := newCommand()
	if _, err := action.Do(in(to), nil); err != nil {
		t.Fatal(err)
	}
	told := json.RawMessage(`{"charge_id":"ch_2"}`)
	action.Undo(in(to), backstitch.Undo[json.RawMessage, json.RawMessage]{})
	action.Undo(in(to), backstitch.Undo[json.RawMessage, json.RawMessage]{DoOutput: &told})
	if len(seen) != 2 || *seen[0] != (charge{"ch_1"}) || *seen[1] != (charge{"ch_2"}) {
		t.Errorf("the Undos saw %v", seen)
	}
}
