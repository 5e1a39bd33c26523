package barrier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

const postgresSchema = `
  CREATE TABLE IF NOT EXISTS backstitch_barrier (
    effect_id   text PRIMARY KEY,
    saga_id     text NOT NULL,
    do_answer   text, -- JSON; null: the Do never came
    undo_answer text, -- JSON; null: the Undo never came
    written_at  timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at);`

var postgresStatements = statements{
	insert:     "INSERT INTO backstitch_barrier (effect_id, saga_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
	query:      "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = $1 FOR UPDATE",
	recordDo:   "UPDATE backstitch_barrier SET do_answer = $1, written_at = now() WHERE effect_id = $2",
	recordUndo: "UPDATE backstitch_barrier SET undo_answer = $1, written_at = now() WHERE effect_id = $2",
	// The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
	savepoint:           "SET LOCAL lock_timeout TO DEFAULT; SAVEPOINT backstitch_handler",
	rollbackToSavepoint: "ROLLBACK TO SAVEPOINT backstitch_handler",
}

const (
	// installLock keeps two from creating the table at once, which IF NOT EXISTS alone does not prevent.
	installLock = 7_248_119_305
	cleanBatch  = 1000
	// waitWithoutDeadline is how long a transaction without deadline waits for another one.
	waitWithoutDeadline = 10 * time.Second
	// maxAttempts is how often a transaction is begun that meets conflicts.
	maxAttempts = 8
)

type postgres struct {
	db *sql.DB
}

func (p *postgres) install(ctx context.Context) error {
	return p.inTransaction(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(installLock)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, postgresSchema)
		return err
	})
}

func (p *postgres) transaction(ctx context.Context, work func(*session) error) error {
	return p.inTransaction(ctx, func(tx *sql.Tx) error {
		s := newSession(ctx, tx, &postgresStatements)
		// PostgreSQL takes 31 bits of milliseconds, and 0 for no limit.
		wait := min(max(1, timeLeft(ctx).Milliseconds()), math.MaxInt32)
		if err := s.exec(fmt.Sprintf("SET LOCAL lock_timeout = %d", wait)); err != nil {
			return err
		}
		return work(s)
	})
}

func (p *postgres) clean(ctx context.Context, before time.Time) (removed int64, err error) {
	err = p.inTransaction(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM backstitch_barrier WHERE effect_id IN
		  (SELECT effect_id FROM backstitch_barrier WHERE written_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`, before, cleanBatch)
		if err != nil {
			return err
		}
		removed, err = result.RowsAffected()
		return err
	})
	return removed, err
}

// inTransaction runs the work in a transaction; after a serialization failure or a deadlock, again in a new one.
func (p *postgres) inTransaction(ctx context.Context, work func(*sql.Tx) error) error {
	for tried := 1; ; tried++ {
		err := p.attempt(ctx, work)
		if err == nil || !isConflict(err) || tried == maxAttempts {
			return err
		}
		select {
		case <-time.After(time.Duration(rand.Float64() * float64(5*time.Millisecond<<tried))):
		case <-ctx.Done():
			return err
		}
	}
}

func (p *postgres) attempt(ctx context.Context, work func(*sql.Tx) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return noConnection(ctx, err)
	}
	defer conn.Close()
	// A transaction ends with its context; this one is to be committed also when nobody waits for the answer any more.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return err
	}
	// After the commit it does nothing; it is for errors and panics.
	defer tx.Rollback()
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func noConnection(ctx context.Context, err error) error {
	if isPast(ctx) {
		return tooLate
	}
	return err
}

func timeLeft(ctx context.Context) time.Duration {
	if deadline, has := ctx.Deadline(); has {
		return time.Until(deadline)
	}
	return waitWithoutDeadline
}

// isConflict says whether an error is a serialization failure or a deadlock, also where somebody has wrapped it.
func isConflict(err error) bool {
	var stated interface{ SQLState() string }
	if errors.As(err, &stated) {
		return stated.SQLState() == "40001" || stated.SQLState() == "40P01"
	}
	return errors.Is(err, errGone)
}
