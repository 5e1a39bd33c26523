package barrier

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"math/rand/v2"
	"strings"
	"time"
)

var sqliteSchema = []string{
	`CREATE TABLE IF NOT EXISTS backstitch_barrier (
    effect_id   TEXT PRIMARY KEY,
    saga_id     TEXT NOT NULL,
    do_answer   TEXT,             -- JSON; null: the Do never came
    undo_answer TEXT,             -- JSON; null: the Undo never came
    written_at  INTEGER NOT NULL  -- milliseconds since the epoch
  )`,
	"CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at)",
}

// sqliteNow is the time in milliseconds since the epoch, in versions of SQLite before 3.42 too.
const sqliteNow = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"

var sqliteStatements = statements{
	insert:              "INSERT INTO backstitch_barrier (effect_id, saga_id, written_at) VALUES (?, ?, " + sqliteNow + ") ON CONFLICT DO NOTHING",
	query:               "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?",
	recordDo:            "UPDATE backstitch_barrier SET do_answer = ?, written_at = " + sqliteNow + " WHERE effect_id = ?",
	recordUndo:          "UPDATE backstitch_barrier SET undo_answer = ?, written_at = " + sqliteNow + " WHERE effect_id = ?",
	savepoint:           "SAVEPOINT backstitch_handler",
	rollbackToSavepoint: "ROLLBACK TO backstitch_handler",
	releaseSavepoint:    "RELEASE backstitch_handler",
}

type sqlite struct {
	db *sql.DB
	// turn is held by whoever writes: SQLite has one writer, and waiting for it here is cheaper, and fairer, than there.
	turn chan struct{}
}

func newSQLite(db *sql.DB) *sqlite {
	return &sqlite{db: db, turn: make(chan struct{}, 1)}
}

func (s *sqlite) install(ctx context.Context) error {
	return s.inTransaction(ctx, func(conn *sql.Conn) error {
		for _, statement := range sqliteSchema {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *sqlite) transaction(ctx context.Context, work func(*session) error) error {
	return s.inTransaction(ctx, func(conn *sql.Conn) error {
		return work(newSession(ctx, conn, &sqliteStatements))
	})
}

func (s *sqlite) clean(ctx context.Context, before time.Time) (removed int64, err error) {
	err = s.inTransaction(ctx, func(conn *sql.Conn) error {
		result, err := conn.ExecContext(ctx, `DELETE FROM backstitch_barrier WHERE effect_id IN
		  (SELECT effect_id FROM backstitch_barrier WHERE written_at < ? LIMIT ?)`, before.UnixMilli(), cleanBatch)
		if err != nil {
			return err
		}
		removed, err = result.RowsAffected()
		return err
	})
	return removed, err
}

// inTransaction begins with BEGIN IMMEDIATE, for which database/sql has no word: a transaction that only later turns
// out to write is refused as busy however long it waits.
func (s *sqlite) inTransaction(ctx context.Context, work func(*sql.Conn) error) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return noConnection(ctx, ctx.Err())
	}
	defer func() { <-s.turn }()
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return noConnection(ctx, err)
	}
	defer conn.Close()
	until := time.Now().Add(timeLeft(ctx))
	if err := whileBusy(ctx, until, conn, "BEGIN IMMEDIATE"); err != nil {
		if isBusy(err) {
			return noConnection(ctx, err)
		}
		return err
	}
	committed := false
	defer func() {
		if !committed {
			rollback(conn)
		}
	}()
	if err := work(conn); err != nil {
		return err
	}
	if err := whileBusy(context.WithoutCancel(ctx), until, conn, "COMMIT"); err != nil {
		return err
	}
	committed = true
	return nil
}

// whileBusy runs a statement until another process no longer keeps it from running.
func whileBusy(ctx context.Context, until time.Time, conn *sql.Conn, statement string) error {
	for {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), statement)
		if err == nil || !isBusy(err) || !time.Now().Before(until) {
			return err
		}
		select {
		case <-time.After(time.Duration(2+rand.IntN(8)) * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

func rollback(conn *sql.Conn) {
	if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		// SQLite may have rolled back by itself, as it does on a full disk. Whatever is the matter: nobody else gets
		// this connection.
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// isBusy knows SQLITE_BUSY by its text, the one thing that all drivers have in common.
func isBusy(err error) bool {
	return strings.Contains(err.Error(), "database is locked")
}
