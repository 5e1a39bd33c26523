package backstitch_test

import (
	"os"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const day = 24 * time.Hour

func stay() *backstitch.DefinitionBuilder {
	return backstitch.Define("stay", backstitch.DefinitionOptions{
		Description: "A stay at a host's place: booked, agreed on, paid and looked back on.",
		Deadline:    40 * day,
		Labels:      map[string]string{"team": "homes", "tier": "1"},
		Retention:   7 * day,
		Lock:        &backstitch.Lock{Key: "input.listing_id", Name: "dates", WhenHeld: backstitch.WhenHeldWait},
		Output:      object{"booking": "steps.book.output.id", "nights": []string{"steps.nights.output.items"}, "guests": 2},
	}).
		Call("book", "booking.create", backstitch.CallOptions{
			Timeout: 2500 * time.Millisecond,
			Retry:   &backstitch.Retry{MaxAttempts: 3, Initial: 200 * time.Millisecond, Multiplier: 1.5, Max: 5 * time.Second},
			Undo: &backstitch.UndoRule{
				Input: object{"why": "'cancelled'"}, Timeout: 5 * time.Second, Retry: &backstitch.Retry{MaxAttempts: 50},
			},
		}).
		Call("quote", "pricing.quote", backstitch.CallOptions{
			After: []string{}, Undo: backstitch.NoUndo, OnFailure: backstitch.OnFailureCompensate,
		}).
		ForEach("nights", "input.nights", "calendar.hold", backstitch.ForEachOptions{
			After: []string{"book", "quote"}, Input: object{"night": "item", "place": "index"},
			Concurrency: 4, Timeout: 4 * time.Second, OnFailure: backstitch.OnFailureSuspend,
		}).
		Call("authorize", "payment.authorize", backstitch.CallOptions{
			Input:             object{"amount": "input.amount"},
			CompletionTimeout: time.Hour,
			HeartbeatTimeout:  30 * time.Second,
			Retry: &backstitch.Retry{
				Schedule: []time.Duration{0, time.Second, 5 * time.Second, 30 * time.Second}, MaxAttempts: 9,
			},
			GoBack: &backstitch.GoBack{To: "nights"},
		}).
		Await("host", "host_answered", backstitch.AwaitOptions{
			Condition: "signal.listing_id == input.listing_id",
			Reject:    "!signal.accepted",
			Timeout:   day,
			GoBack:    &backstitch.GoBack{To: "authorize", Times: 2, Codes: []string{"HOST_BUSY", "SIGNAL_TIMEOUT"}},
		}).
		Call("capture", "payment.capture", backstitch.CallOptions{Pivot: true, When: "input.amount > 0"}).
		SleepUntil("eve", "timestamp(input.check_in) - duration('24h')", backstitch.SleepOptions{When: "input.remind"}).
		Call("remind", "mail.remind", backstitch.CallOptions{Undo: backstitch.NoUndo, OnFailure: backstitch.OnFailureContinue}).
		Sleep("stayed", 2*day).
		Call("pay_out", "payment.pay_out", backstitch.CallOptions{OnFailure: backstitch.OnFailureRetry}).
		Saga("review", "review", backstitch.ChildSagaOptions{
			Version: 2, Input: object{"booking": "steps.book.output.id"},
			After: []string{"capture", "stayed"}, OnFailure: backstitch.OnFailureContinue,
		})
}

// proveBuilder shows that all SDKs' builders make the same message of the same calls.
func proveBuilder(t *testing.T) {
	golden, err := os.ReadFile("../../test/conformance/definition.json")
	if err != nil {
		t.Fatal(err)
	}
	var want, read backstitchv1.SagaDefinition
	if err := protojson.Unmarshal(golden, &want); err != nil {
		t.Fatal(err)
	}
	built, err := stay().Build()
	if err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(built, &want) {
		t.Errorf("built %s", protojson.Format(built))
	}
	text, err := stay().JSON()
	if err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(text, &read); err != nil || !proto.Equal(&read, &want) {
		t.Errorf("wrote %s, %v", text, err)
	}
}

func TestWhatCannotBeWrittenDownIsToldByBuildAllAtOnce(t *testing.T) {
	broken := backstitch.Define("order", backstitch.DefinitionOptions{
		Output: object{"n": int64(1 << 53)},
		Lock:   &backstitch.Lock{Key: "input.id", WhenHeld: "PERHAPS"},
	}).
		Call("a", "nobody", backstitch.CallOptions{OnFailure: "PANIC"}).
		ForEach("b", "input.list", ".act", backstitch.ForEachOptions{Input: make(chan int)}).
		Saga("c", "child", backstitch.ChildSagaOptions{Input: object{"n": 1e300}}).
		Call("d", "p.act", backstitch.CallOptions{Undo: &backstitch.UndoRule{Input: func() {}}})
	message, err := broken.Build()
	if message != nil {
		t.Errorf("built %v", message)
	}
	failure := wantCode(t, err, "INVALID_DEFINITION", "INVALID_ARGUMENT")
	got := map[string]string{}
	for _, fault := range failure.Faults {
		got[fault.Field] = fault.Rule
	}
	want := map[string]string{
		"definition.output.n":                      "unsafe_integer",
		"definition.lock.when_held":                "unknown_value",
		"definition.steps[0].call":                 "pattern",
		"definition.steps[0].on_failure":           "unknown_value",
		"definition.steps[1].for_each.call":        "pattern",
		"definition.steps[1].for_each.call.input":  "not_json",
		"definition.steps[2].saga.input.n":         "unsafe_integer",
		"definition.steps[3].call.undo.with.input": "not_json",
	}
	for field, rule := range want {
		if got[field] != rule {
			t.Errorf("%s: got %q, want %q", field, got[field], rule)
		}
	}
	if len(failure.Faults) != len(want) {
		t.Errorf("got %+v", failure.Faults)
	}
	if _, err := broken.JSON(); err == nil {
		t.Error("what cannot be built was written")
	}
}

func TestABuiltMessageIsNotTheBuildersOwn(t *testing.T) {
	builder := backstitch.Define("order").Call("reserve", "inventory.reserve")
	message, err := builder.Build()
	if err != nil {
		t.Fatal(err)
	}
	builder.Sleep("rest", time.Minute)
	if len(message.GetSteps()) != 1 {
		t.Errorf("got %v", message)
	}
	if len(message.GetSteps()[0].GetCall().String()) == 0 || message.GetSteps()[0].GetAfter() != nil || message.GetSteps()[0].GetCall().GetUndo() != nil {
		t.Errorf("what was not given is there: %v", message)
	}
}

func TestOptionsAreGivenOnce(t *testing.T) {
	if !panics(func() { backstitch.Define("order", backstitch.DefinitionOptions{}, backstitch.DefinitionOptions{}) }) {
		t.Error("options that were given twice were taken")
	}
}
