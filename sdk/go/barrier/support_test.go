package barrier_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// ledger is a database with a table of effects that handlers write in the barrier's transaction.
type ledger struct {
	t       *testing.T
	db      *sql.DB
	kind    barrier.Kind
	barrier *barrier.Barrier
}

// openPostgres takes a schema of its own in the database that the environment names.
func openPostgres(t *testing.T) *ledger {
	t.Helper()
	dsn := os.Getenv("BACKSTITCH_POSTGRES")
	if dsn == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("BACKSTITCH_POSTGRES is missing: the postgres:// URL of a database for tests")
		}
		t.Skip("BACKSTITCH_POSTGRES is not set")
	}
	schema := fmt.Sprintf("go_barrier_%08x", rand.Uint32())
	admin := open(t, "pgx", dsn)
	run(t, admin, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { run(t, admin, "DROP SCHEMA "+schema+" CASCADE") })
	at, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	query := at.Query()
	query.Set("search_path", schema)
	at.RawQuery = query.Encode()
	return newLedger(t, open(t, "pgx", at.String()), barrier.Postgres)
}

func openSQLite(t *testing.T) *ledger {
	t.Helper()
	return openSQLiteFile(t, filepath.Join(t.TempDir(), "ledger.db"))
}

func openSQLiteFile(t *testing.T, file string) *ledger {
	t.Helper()
	return newLedger(t, open(t, "sqlite", "file:"+file+"?_pragma=journal_mode(WAL)"), barrier.SQLite)
}

func newLedger(t *testing.T, db *sql.DB, kind barrier.Kind) *ledger {
	t.Helper()
	l := &ledger{t: t, db: db, kind: kind, barrier: barrier.New(db, kind)}
	if err := l.barrier.Install(context.Background()); err != nil {
		t.Fatal(err)
	}
	run(t, db, "CREATE TABLE IF NOT EXISTS effects (effect_id TEXT NOT NULL)")
	return l
}

func open(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(10)
	t.Cleanup(func() { db.Close() })
	return db
}

func run(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func (l *ledger) add(ctx context.Context, tx barrier.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO effects (effect_id) VALUES ($1)", backstitch.CommandFrom(ctx).EffectID)
	return err
}

func (l *ledger) remove(ctx context.Context, tx barrier.Tx) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM effects WHERE effect_id = $1", backstitch.CommandFrom(ctx).EffectID)
	return err
}

// plain is the action that adds its effect in the Do and removes it in the Undo.
func (l *ledger) plain() action {
	return barrier.Guard(l.barrier, barrier.Action[object, object]{
		Do: func(ctx context.Context, tx barrier.Tx, _ object) (object, error) { return nil, l.add(ctx, tx) },
		Undo: func(ctx context.Context, tx barrier.Tx, _ backstitch.Undo[object, object]) error {
			return l.remove(ctx, tx)
		},
	})
}

func (l *ledger) effects(effect string) (count int) {
	l.t.Helper()
	if err := l.db.QueryRow("SELECT COUNT(*) FROM effects WHERE effect_id = $1", effect).Scan(&count); err != nil {
		l.t.Fatal(err)
	}
	return count
}

func (l *ledger) rows() (count int) {
	l.t.Helper()
	if err := l.db.QueryRow("SELECT COUNT(*) FROM backstitch_barrier").Scan(&count); err != nil {
		l.t.Fatal(err)
	}
	return count
}

var commands atomic.Int64

func newCommand() backstitch.Command {
	effect := fmt.Sprintf("saga-%d/step", commands.Add(1))
	return backstitch.Command{Namespace: "default", SagaID: effect[:len(effect)-5], Step: "step", EffectID: effect, Attempt: 1}
}

func in(command backstitch.Command) context.Context {
	return backstitch.WithCommand(context.Background(), command)
}

func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatalf("waited in vain for %s", what)
	}
}
