// Package database opens a participant's own database, with the barrier's table in it. Statements are written with $1,
// $2, ..., which both kinds of database take.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/backstitch/backstitch/sdk/go/barrier"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"
)

// maxConnections is more than enough for the shop.
const maxConnections = 10

// migrationLock keeps several processes from creating the same tables at once; any fixed number does.
const migrationLock = 5_390_127

// ErrURL says that a database is named in a way that nobody knows.
var ErrURL = errors.New("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME")

// Database is a participant's own database.
type Database struct {
	*sql.DB
	Barrier *barrier.Barrier
	kind    barrier.Kind
}

// Open opens sqlite:FILE or postgres://DSN and installs the barrier. The file, but not the PostgreSQL database, is
// created if it is missing. Its error is ErrURL for anything else.
func Open(ctx context.Context, at string) (*Database, error) {
	kind, driver, dsn := barrier.Postgres, "pgx", at
	if file, isFile := strings.CutPrefix(at, "sqlite:"); isFile {
		kind, driver, dsn = barrier.SQLite, "sqlite", sqliteDSN(file)
	} else if !strings.HasPrefix(at, "postgres://") && !strings.HasPrefix(at, "postgresql://") {
		return nil, ErrURL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, errors.New("the database's address cannot be read")
	}
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	opened := &Database{DB: db, Barrier: barrier.New(db, kind), kind: kind}
	if err := opened.Barrier.Install(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("the database cannot be opened: %w", err)
	}
	return opened, nil
}

// sqliteDSN: WAL lets others read while a handler writes; FULL makes every commit durable, as a payment deserves.
func sqliteDSN(file string) string {
	return "file:" + url.PathEscape(file) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
}

// Migrate creates what is missing: CREATE TABLE IF NOT EXISTS ...; ..., in words that both databases know.
func (d *Database) Migrate(ctx context.Context, statements string) error {
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if d.kind == barrier.Postgres {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return err
	}
	return tx.Commit()
}
