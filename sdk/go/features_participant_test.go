package backstitch_test

import "testing"

// TestFeaturesParticipant proves what a participant can, one test for a feature; sdk/README.md lists them.
func TestFeaturesParticipant(t *testing.T) {
	for _, feature := range []struct {
		id    string
		prove func(*testing.T)
	}{
		{"participant.typed_handlers", proveTypedHandlers},
		{"participant.unary", proveUnary},
		{"participant.serve", proveServe},
		{"participant.health", proveHealth},
		{"participant.graceful_stop", proveGracefulStop},
		{"participant.keepalive", proveKeepalive},
		{"participant.tls", proveTLS},
		{"participant.joins_duplicates", proveJoinsDuplicates},
		{"participant.deadline", proveDeadline},
		{"participant.cancellation", proveCancellation},
		{"participant.unknown_action", proveUnknownAction},
		{"participant.failing_handler", proveFailingHandler},
		{"participant.bad_output", proveBadOutput},
		{"participant.blocking_handler", proveBlockingHandler},
		{"participant.logging", proveLogging},
		{"answers.rejected", proveRejected},
		{"answers.retry_after", proveRetryAfter},
		{"answers.pending", provePending},
		{"context.metadata", proveContextMetadata},
		{"context.fields", proveContextFields},
	} {
		t.Run(feature.id, feature.prove)
	}
}
