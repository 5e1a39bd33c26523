package barrier_test

import (
	"fmt"
	"testing"
)

// TestFeaturesBarrier proves what the barrier can, one test for a feature and kind of database; sdk/README.md lists them.
func TestFeaturesBarrier(t *testing.T) {
	for _, kind := range []struct {
		name string
		open func(*testing.T) *ledger
	}{{"postgres", openPostgres}, {"sqlite", openSQLite}} {
		for _, feature := range []struct {
			name  string
			prove func(*testing.T, *ledger)
		}{{"rules", proveRules}, {"concurrency", proveConcurrency}, {"clean", proveClean}} {
			t.Run(fmt.Sprintf("barrier.%s.%s", kind.name, feature.name), func(t *testing.T) {
				feature.prove(t, kind.open(t))
			})
		}
	}
}
