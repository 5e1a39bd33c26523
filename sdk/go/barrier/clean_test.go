package barrier_test

import (
	"context"
	"testing"
	"time"

	"github.com/backstitch/backstitch/sdk/go/barrier"
)

func proveClean(t *testing.T, l *ledger) {
	ctx := context.Background()
	for range 3 {
		send(l.plain(), false, in(newCommand()))
	}
	if removed, err := l.barrier.Clean(ctx, time.Hour); err != nil || removed != 0 {
		t.Errorf("%d young rows go, %v", removed, err)
	}
	// More than one batch, and of a time long past.
	past := map[barrier.Kind]string{barrier.SQLite: "1", barrier.Postgres: "TIMESTAMPTZ '2001-01-01'"}[l.kind]
	_, err := l.db.Exec(`INSERT INTO backstitch_barrier (effect_id, saga_id, written_at)
	  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
	  SELECT 'old-' || i, 'old', ` + past + ` FROM n`)
	if err != nil {
		t.Fatal(err)
	}
	if removed, err := l.barrier.Clean(ctx, time.Hour); err != nil || removed != 1500 {
		t.Errorf("%d old rows go, %v", removed, err)
	}
	if l.rows() != 3 {
		t.Errorf("%d rows are left", l.rows())
	}
	time.Sleep(5 * time.Millisecond)
	if removed, err := l.barrier.Clean(ctx, 0); err != nil || removed != 3 || l.rows() != 0 {
		t.Errorf("%d rows go, %d are left, %v", removed, l.rows(), err)
	}
	if _, err := l.barrier.Clean(ctx, -time.Second); err == nil {
		t.Error("a negative age is taken")
	}
}
