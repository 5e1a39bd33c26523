package backstitch_test

import (
	"context"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

// TestFeaturesClient proves what a client and the definition builder can, one test for a feature; sdk/README.md lists
// them. All but the builder's run against the orchestrator of the harness.
func TestFeaturesClient(t *testing.T) {
	shop := newOffice()
	t.Cleanup(shop.close)
	for _, feature := range []struct {
		id    string
		prove func(*testing.T)
	}{
		{"client.start", func(t *testing.T) { proveStart(t, shop) }},
		{"client.repeat", proveRepeat},
		{"client.get", proveGet},
		{"client.wait", proveWait},
		{"client.watch", proveWatch},
		{"client.signal", proveSignal},
		{"client.cancel", proveCancel},
		{"client.complete", func(t *testing.T) { proveComplete(t, shop) }},
		{"client.heartbeat", func(t *testing.T) { proveHeartbeat(t, shop) }},
		{"client.register", proveRegister},
		{"client.errors", proveErrors},
		{"client.tls", proveClientTLS},
		{"definition.builder", proveBuilder},
	} {
		t.Run(feature.id, feature.prove)
	}
}

// retried has calls tried again until the orchestrator has found the participant.
var retried = &backstitch.Retry{MaxAttempts: 50, Initial: 100 * time.Millisecond, Max: 500 * time.Millisecond}

// office is the participant `sdk` of the harness' orchestrator.
type office struct {
	// accepted has the command of each `work` that waits for its completion.
	accepted chan backstitch.Command
	// undone has the sagas whose `work` was undone.
	undone chan string

	participant *backstitch.Participant
	listens     bool
}

func newOffice() *office {
	o := &office{
		accepted:    make(chan backstitch.Command, 16),
		undone:      make(chan string, 16),
		participant: backstitch.NewParticipant("sdk"),
	}
	backstitch.Handle(o.participant, "echo", backstitch.Action[object, object]{
		Do: func(ctx context.Context, input object) (object, error) {
			return object{"input": input, "metadata": backstitch.CommandFrom(ctx).Metadata}, nil
		},
	})
	backstitch.Handle(o.participant, "work", backstitch.Action[object, object]{
		Do: func(ctx context.Context, _ object) (object, error) {
			o.accepted <- backstitch.CommandFrom(ctx)
			return nil, backstitch.Pending()
		},
		Undo: func(ctx context.Context, _ backstitch.Undo[object, object]) error {
			o.undone <- backstitch.CommandFrom(ctx).SagaID
			return nil
		},
	})
	return o
}

// open serves where the orchestrator looks for it, unless it does already.
func (o *office) open(t *testing.T) {
	t.Helper()
	port := setting(t, "BACKSTITCH_PARTICIPANT_PORT")
	if o.listens {
		return
	}
	if _, err := o.participant.Listen("127.0.0.1:" + port); err != nil {
		t.Fatal(err)
	}
	o.listens = true
}

func (o *office) close() { o.participant.Stop(0) }
