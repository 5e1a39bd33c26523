package barrier

import (
	"context"
	"database/sql"
	"errors"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

// statements is the SQL of a kind of database.
type statements struct {
	// insert takes the effect and the saga; query the effect; recordDo and recordUndo the answer and the effect.
	insert, query, recordDo, recordUndo string
	savepoint, rollbackToSavepoint      string
	// releaseSavepoint is empty where a transaction that has failed takes no more statements.
	releaseSavepoint string
}

// session is an effect's row inside an open transaction. Its own statements are not given up when the call is: an
// answer that a handler has given is recorded.
type session struct {
	ctx context.Context
	tx  Tx
	sql *statements
}

func newSession(ctx context.Context, tx Tx, sql *statements) *session {
	return &session{ctx: context.WithoutCancel(ctx), tx: tx, sql: sql}
}

// errGone says that the row was cleaned away between two statements: the transaction starts over.
var errGone = errors.New("the barrier's row has gone")

// claim inserts the row, waiting for other transactions on it; it gives what was there before.
func (s *session) claim(command backstitch.Command) (before row, err error) {
	inserted, err := s.tx.ExecContext(s.ctx, s.sql.insert, command.EffectID, command.SagaID)
	if err != nil {
		return before, err
	}
	if count, err := inserted.RowsAffected(); err != nil || count == 1 {
		return before, err
	}
	var do, undo *string
	err = s.tx.QueryRowContext(s.ctx, s.sql.query, command.EffectID).Scan(&do, &undo)
	if errors.Is(err, sql.ErrNoRows) {
		return before, errGone
	}
	if err != nil {
		return before, err
	}
	if before.do, err = parse(do); err != nil {
		return before, err
	}
	before.undo, err = parse(undo)
	return before, err
}

func (s *session) savepoint() error { return s.exec(s.sql.savepoint) }

// releaseSavepoint fails if the savepoint is gone: SQLite takes back a whole transaction for some failures of a statement,
// an interrupted write among them, and what a handler that took no notice did before would be missing.
func (s *session) releaseSavepoint() error {
	if s.sql.releaseSavepoint == "" {
		return nil
	}
	return s.exec(s.sql.releaseSavepoint)
}

func (s *session) rollbackToSavepoint() error { return s.exec(s.sql.rollbackToSavepoint) }

func (s *session) record(command backstitch.Command, undo bool, answer storedAnswer) error {
	text, err := answer.text()
	if err != nil {
		return err
	}
	if undo {
		return s.exec(s.sql.recordUndo, text, command.EffectID)
	}
	return s.exec(s.sql.recordDo, text, command.EffectID)
}

func (s *session) exec(query string, args ...any) error {
	_, err := s.tx.ExecContext(s.ctx, query, args...)
	return err
}
