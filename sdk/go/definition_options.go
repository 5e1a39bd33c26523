package backstitch

import "time"

// DefinitionOptions is what a definition can say beside its steps.
type DefinitionOptions struct {
	Description string
	// Deadline is how long a saga may take before it is compensated. Default: no limit.
	Deadline time.Duration
	// Labels are what every saga of this definition carries.
	Labels map[string]string
	// Retention is how long a finished saga is kept. Default: the server's.
	Retention time.Duration
	// Lock is what only one saga at a time may work on. Default: sagas do not keep each other out.
	Lock *Lock
	// Output is what a completed saga gives: a mapping over the input and all steps. Default: an empty object.
	Output any
}

// Lock is what only one saga at a time may work on.
type Lock struct {
	// Key is a CEL expression over the saga's input.
	Key string
	// Name: sagas exclude each other where name and key are the same. Default: the definition's name.
	Name string
	// WhenHeld: whether a saga whose lock another one holds is refused, which is the default, or waits its turn.
	WhenHeld WhenHeld
}

// WhenHeld is what happens to a saga whose lock another saga holds.
type WhenHeld string

const (
	WhenHeldRefuse WhenHeld = "REFUSE"
	WhenHeldWait   WhenHeld = "WAIT"
)

// OnFailure is what happens when a step fails for good. The zero value is the default of the place where it stands:
// COMPENSATE before the pivot, RETRY after it.
type OnFailure string

const (
	// OnFailureCompensate: undo what was done, in reverse.
	OnFailureCompensate OnFailure = "COMPENSATE"
	// OnFailureContinue: note the failure and go on.
	OnFailureContinue OnFailure = "CONTINUE"
	// OnFailureSuspend: stop and wait for a person to decide.
	OnFailureSuspend OnFailure = "SUSPEND"
	// OnFailureRetry: try again for ever.
	OnFailureRetry OnFailure = "RETRY"
)

// GoBack is where a saga goes back to when a step fails for good, before OnFailure applies: what lies between is undone
// in reverse and done anew.
type GoBack struct {
	// To is an earlier step.
	To string
	// Times is how often at most. Default: 3.
	Times uint32
	// Codes: only for failures with one of these. Default: for every one.
	Codes []string
}

// Retry is how attempts are repeated: with growing, fully jittered delays, or after those of a schedule.
type Retry struct {
	// MaxAttempts in all, the first included.
	MaxAttempts uint32
	Initial     time.Duration
	Multiplier  float64
	Max         time.Duration
	// Schedule has the delays themselves, in place of Initial, Multiplier and Max.
	Schedule []time.Duration
}

// UndoRule is how a step is undone, where that is not just the Undo of the same action.
type UndoRule struct {
	// Input is a mapping. Default: an empty object.
	Input any
	// Timeout is the limit of one attempt. Default: that of the Do.
	Timeout time.Duration
	Retry   *Retry

	none bool
}

// NoUndo is for a step that only reads.
var NoUndo = &UndoRule{none: true}

// CallOptions is what a call can say. A mapping is what encoding/json writes, in which every string is a CEL expression
// such as "steps.reserve.output.order_id".
type CallOptions struct {
	// After names the steps to wait for. Nil: the step before; empty, but not nil: start at once.
	After []string
	// When is a CEL condition; where it is false the step is skipped.
	When      string
	OnFailure OnFailure
	GoBack    *GoBack
	// Pivot marks the point of no return.
	Pivot bool
	// Input is a mapping. Default: the saga's input.
	Input any
	// Timeout is the limit of one attempt.
	Timeout time.Duration
	Retry   *Retry
	// Undo is NoUndo for a step that only reads. Default: the Undo of the same action.
	Undo *UndoRule
	// CompletionTimeout is how long an answer of Pending may wait for its completion. Default: no limit.
	CompletionTimeout time.Duration
	// HeartbeatTimeout is the longest pause between heartbeats while an answer is pending. Default: none are expected.
	HeartbeatTimeout time.Duration
}

// ForEachOptions is what a step that calls for each item of a list can say: as CallOptions, without a pivot. Its
// expressions also read item and index.
type ForEachOptions struct {
	After     []string
	When      string
	OnFailure OnFailure
	GoBack    *GoBack
	// Concurrency is how many items are worked on at the same time. Default: 1.
	Concurrency uint32
	// Input is a mapping. Default: the item, where it is an object.
	Input             any
	Timeout           time.Duration
	Retry             *Retry
	Undo              *UndoRule
	CompletionTimeout time.Duration
	HeartbeatTimeout  time.Duration
}

// SleepOptions is what a wait for a time can say: see CallOptions.
type SleepOptions struct {
	After     []string
	When      string
	OnFailure OnFailure
	GoBack    *GoBack
}

// AwaitOptions is what a wait for a signal can say: see CallOptions too.
type AwaitOptions struct {
	After     []string
	When      string
	OnFailure OnFailure
	GoBack    *GoBack
	// Condition is a CEL condition over `signal`, the payload; signals that do not meet it are left for others.
	Condition string
	// Reject is a CEL condition over `signal`: where the signal that was taken meets it, the step is rejected.
	Reject string
	// Timeout is how long to wait; then the step has failed with SIGNAL_TIMEOUT. Default: as long as it takes.
	Timeout time.Duration
}

// ChildSagaOptions is what a step that runs another saga can say: see CallOptions too.
type ChildSagaOptions struct {
	After     []string
	When      string
	OnFailure OnFailure
	GoBack    *GoBack
	// Version 0: the latest at the moment the step starts.
	Version uint32
	// Input is a mapping. Default: the saga's input.
	Input any
}
