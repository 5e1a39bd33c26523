package barrier_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/grpc/codes"
)

func proveMisfit(t *testing.T, l *ledger) {
	type order struct{ Amount int }
	action := barrier.Guard(l.barrier, barrier.Action[order, object]{
		Do: func(ctx context.Context, tx barrier.Tx, _ order) (object, error) { return nil, l.add(ctx, tx) },
		Undo: func(ctx context.Context, tx barrier.Tx, _ backstitch.Undo[order, object]) error {
			return l.remove(ctx, tx)
		},
	})
	to, misfit := newCommand(), json.RawMessage(`{"amount":"much"}`)
	var failure *answer.Failure
	if _, err := action.Do(in(to), misfit); !errors.As(err, &failure) || failure.Status != codes.InvalidArgument {
		t.Errorf("the Do is answered %v", err)
	}
	undo := backstitch.Undo[json.RawMessage, json.RawMessage]{DoInput: misfit}
	if err := action.Undo(in(to), undo); err != nil {
		t.Errorf("the Undo is answered %v", err)
	}
}

func proveLongDeadline(t *testing.T, l *ledger) {
	ctx, cancel := context.WithTimeout(in(newCommand()), 365*24*time.Hour)
	defer cancel()
	if _, err := l.plain().Do(ctx, nil); err != nil {
		t.Error(err)
	}
}

func TestAnUndoThatSQLiteTookBackByItselfIsNotRecorded(t *testing.T) {
	l := openSQLite(t)
	interrupted := true
	action := barrier.Guard(l.barrier, barrier.Action[object, object]{
		Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) { return nil, l.add(ctx, tx) },
		Undo: func(ctx context.Context, tx barrier.Tx, _ backstitch.Undo[object, object]) error {
			err := l.remove(ctx, tx)
			if interrupted {
				// A write that is interrupted takes the whole transaction back; this handler takes no notice.
				tx.ExecContext(ctx, "INSERT OR ROLLBACK INTO effects (effect_id) VALUES (NULL)")
			}
			return err
		},
	})
	to := newCommand()
	if got := send(action, false, in(to)); got != done {
		t.Fatalf("the Do is answered %s", got)
	}
	if got := send(action, true, in(to)); got != fails {
		t.Errorf("the Undo is answered %s", got)
	}
	interrupted = false
	if got := send(action, true, in(to)); got != done || l.effects(to.EffectID) != 0 {
		t.Errorf("the next Undo is answered %s, and leaves %d effects", got, l.effects(to.EffectID))
	}
}

func TestPostgresRunsAHandlerAgainWhereTheCommitMeetsAConflict(t *testing.T) {
	l := openPostgres(t)
	l.db.SetMaxOpenConns(1)
	// Sequences are not rolled back, so only the first commit fails.
	run(t, l.db, `CREATE SEQUENCE commits;
	  CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	    IF nextval('commits') = 1 THEN RAISE EXCEPTION 'a conflict' USING ERRCODE = '40001'; END IF;
	    RETURN NULL;
	  END $$;
	  CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED
	    FOR EACH ROW EXECUTE FUNCTION conflict()`)
	runs := 0
	action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
		runs++
		return nil, l.add(ctx, tx)
	}})
	to := newCommand()
	if got := send(action, false, in(to)); got != done || runs != 2 || l.effects(to.EffectID) != 1 {
		t.Errorf("it is answered %s after %d runs, with %d effects", got, runs, l.effects(to.EffectID))
	}
}
