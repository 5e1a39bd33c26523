// Package barrier makes a handler's work happen once: it records the answer in the transaction in which the work is
// done. The rules stand in rules.go; postgres.go and sqlite.go have the databases.
package barrier

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/grpc/codes"
)

// Tx is what handlers work with: an open transaction, a *sql.Tx in PostgreSQL and a *sql.Conn in SQLite. A handler must
// neither end the transaction nor keep it.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Kind is a kind of database.
type Kind int

const (
	// Postgres works over any driver whose errors tell their SQLSTATE, as those of pgx and pq do. After a serialization
	// failure or a deadlock the handler runs again in a new transaction, so effects outside the database need the
	// idempotency key.
	Postgres Kind = iota + 1
	// SQLite works over any driver. Transactions begin with BEGIN IMMEDIATE. Those of one Barrier run one after the
	// other; other processes are waited for until the call's deadline.
	SQLite
)

// Barrier guards actions whose effects live in one database.
type Barrier struct {
	store store
}

// store is what the barrier wants of a database.
type store interface {
	// install creates the table unless it is there.
	install(ctx context.Context) error
	// transaction runs the work in a transaction that may write, commits it, and rolls back if it fails or panics. It
	// may run it again on conflicts.
	transaction(ctx context.Context, work func(*session) error) error
	// clean removes some rows that were written before a time, and gives their number: 0 when there are no more.
	clean(ctx context.Context, before time.Time) (int64, error)
}

// New makes the barrier of a database. One is enough for all actions of a process.
func New(db *sql.DB, kind Kind) *Barrier {
	switch kind {
	case Postgres:
		return &Barrier{store: &postgres{db: db}}
	case SQLite:
		return &Barrier{store: newSQLite(db)}
	}
	panic(fmt.Sprintf("barrier: there is no kind %d of database", kind))
}

// Install creates the table backstitch_barrier unless it is there. Any number of processes may do so at once.
func (b *Barrier) Install(ctx context.Context) error {
	return b.store.install(ctx)
}

// Clean removes rows that were last written longer ago than this, and gives their number. A row may go a day after its
// saga is final, so take the longest life of a saga and add a day.
func (b *Barrier) Clean(ctx context.Context, olderThan time.Duration) (int64, error) {
	if olderThan < 0 {
		return 0, errors.New("barrier: rows to be cleaned away are 0 or more old")
	}
	before := time.Now().Add(-olderThan)
	for removed := int64(0); ; {
		batch, err := b.store.clean(ctx, before)
		removed += batch
		if err != nil || batch == 0 {
			return removed, err
		}
	}
}

// tooLate is the answer to a call that has waited for the database beyond its deadline, after which nothing may begin.
var tooLate = answer.Fail(codes.DeadlineExceeded, "the deadline passed while waiting for the database")

func isPast(ctx context.Context) bool {
	deadline, has := ctx.Deadline()
	return has && !time.Now().Before(deadline)
}
