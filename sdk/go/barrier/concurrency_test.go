package barrier_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/grpc/codes"
)

func proveConcurrency(t *testing.T, l *ledger) {
	t.Run("many Dos of one effect at once apply it once and get the same answer", func(t *testing.T) {
		var runs atomic.Int32
		action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
			return object{"run": runs.Add(1)}, l.add(ctx, tx)
		}})
		to := newCommand()
		var calls sync.WaitGroup
		for range 20 {
			calls.Go(func() {
				if output, err := action.Do(in(to), nil); err != nil || string(output) != `{"run":1}` {
					t.Errorf("%s, %v", output, err)
				}
			})
		}
		calls.Wait()
		if l.effects(to.EffectID) != 1 {
			t.Errorf("%d effects", l.effects(to.EffectID))
		}
	})
	t.Run("an Undo that comes while its Do runs waits for it, then removes the effect", func(t *testing.T) {
		begun, gate, undoing := make(chan struct{}), make(chan struct{}), make(chan string, 1)
		plain := l.plain()
		action := barrier.Guard(l.barrier, barrier.Action[object, object]{
			Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
				close(begun)
				<-gate
				return nil, l.add(ctx, tx)
			},
		})
		to := newCommand()
		doing := make(chan string, 1)
		go func() { doing <- send(action, false, in(to)) }()
		within(t, "the Do", begun)
		go func() { undoing <- send(plain, true, in(to)) }()
		select {
		case answer := <-undoing:
			t.Errorf("the Undo is answered %s meanwhile", answer)
		case <-time.After(50 * time.Millisecond):
		}
		close(gate)
		if did, undid := <-doing, <-undoing; did != done || undid != done {
			t.Errorf("the Do is answered %s, the Undo %s", did, undid)
		}
		if l.effects(to.EffectID) != 0 {
			t.Error("an effect is left")
		}
	})
	t.Run("Dos and Undos of many effects at once leave none behind", func(t *testing.T) {
		action := l.plain()
		var calls sync.WaitGroup
		tos := make([]backstitch.Command, 30)
		for i := range tos {
			tos[i] = newCommand()
			for _, undo := range []bool{i%2 == 0, i%2 != 0} {
				calls.Go(func() {
					got := send(action, undo, in(tos[i]))
					if got != done && (undo || got != undone) {
						t.Errorf("undo %v is answered %s", undo, got)
					}
				})
			}
		}
		calls.Wait()
		for _, to := range tos {
			if l.effects(to.EffectID) != 0 {
				t.Errorf("%s is left", to.EffectID)
			}
		}
	})
	t.Run("installing again changes nothing, also by many at once", func(t *testing.T) {
		before := l.rows()
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() {
				if err := barrier.New(l.db, l.kind).Install(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
		if before == 0 || l.rows() != before {
			t.Errorf("%d rows, and %d before", l.rows(), before)
		}
	})
	t.Run("a wait for the database ends with the deadline", func(t *testing.T) { proveBoundedWait(t, l) })
}

// proveBoundedWait: a call that waits for another one on its effect gives up at its deadline, and does not run.
func proveBoundedWait(t *testing.T, l *ledger) {
	begun, gate := make(chan struct{}), make(chan struct{})
	holding := barrier.Guard(l.barrier, barrier.Action[object, object]{
		Do: func(context.Context, barrier.Tx, object) (object, error) {
			close(begun)
			<-gate
			return nil, nil
		},
	})
	to := newCommand()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		send(holding, false, in(to))
	}()
	within(t, "the Do", begun)
	defer within(t, "the Do's end", ended)
	defer close(gate)
	ctx, cancel := context.WithTimeout(in(to), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if got := send(l.plain(), true, ctx); got != fails {
			t.Errorf("the Undo is answered %s", got)
		}
	}()
	within(t, "the Undo's answer", answered)
	if took := time.Since(began); took < 90*time.Millisecond || took > 2*time.Second {
		t.Errorf("the Undo waited %v", took)
	}
}

// late is a context whose deadline is past and which does not say so yet, as when it passes just after the database was
// there.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Now().Add(-time.Millisecond), true }

func proveLateness(t *testing.T, l *ledger) {
	to := newCommand()
	ended, cancel := context.WithDeadline(in(to), time.Now().Add(-time.Millisecond))
	defer cancel()
	var failure *answer.Failure
	for _, ctx := range []context.Context{ended, late{in(to)}} {
		if _, err := l.plain().Do(ctx, nil); !errors.As(err, &failure) || failure.Status != codes.DeadlineExceeded {
			t.Errorf("%v", err)
		}
	}
	if got := send(l.plain(), false, in(to)); got != done || l.effects(to.EffectID) != 1 {
		t.Errorf("the next attempt is answered %s", got)
	}
	_, err := l.plain().Do(context.Background(), nil)
	if !errors.As(err, &failure) || failure.Status != codes.InvalidArgument {
		t.Errorf("without an effect id: %v", err)
	}
}

func TestAnAnswerIsRecordedThoughNobodyWaitsForItAnyMore(t *testing.T) {
	for _, openLedger := range []func(*testing.T) *ledger{openPostgres, openSQLite} {
		l := openLedger(t)
		to := newCommand()
		ctx, cancel := context.WithCancel(in(to))
		runs := 0
		action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
			runs++
			err := l.add(ctx, tx)
			cancel()
			return object{"run": runs}, err
		}})
		for range 2 {
			if output, err := action.Do(ctx, nil); err != nil || string(output) != `{"run":1}` {
				t.Errorf("%s, %v", output, err)
			}
			ctx = in(to)
		}
	}
}

func TestAHandlerThatLeavesRowsOpenDoesNotHoldUpSQLite(t *testing.T) {
	l := openSQLite(t)
	action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
		rows, err := tx.QueryContext(ctx, "SELECT 1 UNION SELECT 2")
		if err == nil {
			rows.Next()
		}
		return nil, err
	}})
	for range 3 {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if got := send(action, false, in(newCommand())); got != done {
				t.Errorf("it is answered %s", got)
			}
		}()
		within(t, "the handler's transaction", ended)
	}
}

func TestSQLiteWaitsForOtherProcesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shared.db")
	// Two barriers with a pool each know nothing of each other, as two processes do not.
	one, other := openSQLiteFile(t, file), openSQLiteFile(t, file)
	var calls sync.WaitGroup
	for i := range 40 {
		l := []*ledger{one, other}[i%2]
		calls.Go(func() {
			if got := send(l.plain(), false, in(newCommand())); got != done {
				t.Errorf("it is answered %s", got)
			}
		})
	}
	calls.Wait()
	if one.rows() != 40 {
		t.Errorf("%d rows", one.rows())
	}
}

func TestPostgresRunsAHandlerAgainAfterAConflict(t *testing.T) {
	l := openPostgres(t)
	run(t, l.db, "CREATE TABLE pair (id INT PRIMARY KEY, value INT); INSERT INTO pair VALUES (0, 0), (1, 0)")
	var calls sync.WaitGroup
	var runs atomic.Int32
	meet := make(chan struct{}, 2)
	for i := range 2 {
		action := barrier.Guard(l.barrier, barrier.Action[object, object]{Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) {
			update := "UPDATE pair SET value = value + 1 WHERE id = $1"
			if _, err := tx.ExecContext(ctx, update, i); err != nil {
				return nil, err
			}
			if runs.Add(1) <= 2 {
				// Each waits for the other to hold its row: a deadlock.
				meet <- struct{}{}
				for deadline := time.Now().Add(5 * time.Second); runs.Load() < 2 && time.Now().Before(deadline); {
					time.Sleep(time.Millisecond)
				}
			}
			_, err := tx.ExecContext(ctx, update, 1-i)
			if err != nil {
				err = fmt.Errorf("wrapped: %w", err)
			}
			return nil, err
		}})
		calls.Go(func() {
			if got := send(action, false, in(newCommand())); got != done {
				t.Errorf("it is answered %s", got)
			}
		})
	}
	calls.Wait()
	var sum int
	if err := l.db.QueryRow("SELECT SUM(value) FROM pair").Scan(&sum); err != nil || sum != 4 {
		t.Errorf("the sum is %d, %v", sum, err)
	}
	if runs.Load() != 3 {
		t.Errorf("%d runs", runs.Load())
	}
}
