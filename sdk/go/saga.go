package backstitch

import "time"

// Saga is a saga as the orchestrator tells of it. Payloads are nil in a Brief view; times that there are none of are zero.
type Saga struct {
	Namespace string
	SagaID    string
	// Definition and Version are what it runs on to its end.
	Definition string
	Version    uint32
	Status     SagaStatus
	Direction  Direction
	Input      Payload
	// Steps in the order of the definition.
	Steps     []SagaStep
	Labels    map[string]string
	CreatedAt time.Time
	UpdatedAt time.Time
	// FinishedAt is set once it is final.
	FinishedAt time.Time
	// Deadline is when it is compensated, if it is not past its pivot.
	Deadline time.Time
	// Overdue: past its deadline but past its pivot too, it goes on, late.
	Overdue bool
	// Failure is why it is compensated or suspended, else nil.
	Failure *Failure
	// Revision counts its commits.
	Revision uint64
	// WakeAt is when it next wakes by itself, while it waits.
	WakeAt time.Time
	// Output is what it gave, once it is COMPLETED.
	Output Payload
	// Lock is what it asked for, if its definition has one.
	Lock *SagaLock
	// Parent is the saga that runs it, if it is a child.
	Parent *ParentSaga
	// Suspension is set while it is SUSPENDED.
	Suspension *Suspension
	// Signals that came and no step has taken yet.
	Signals []KeptSignal
}

// IsFinal says whether a saga has come to its end.
func (s *Saga) IsFinal() bool {
	return s.Status == SagaCompleted || s.Status == SagaCompensated || s.Status == SagaAbandoned
}

// SagaStep is a step of a saga.
type SagaStep struct {
	Name string
	StepItem
	// Round counts the times the step began anew after it was undone; 0 for the first.
	Round uint32
	// Returns is how often the saga went back from here.
	Returns uint32
	// Reverting: it is being undone to be done anew.
	Reverting bool
	// Items of a for_each step that has begun, in the order of the list.
	Items []StepItem
	// ChildSagaID is the saga that a step runs.
	ChildSagaID string
	// Signal is what a step waits for.
	Signal string
}

// StepItem is what is done and undone: a step, or an item of a for_each step.
type StepItem struct {
	Status StepStatus
	// WaitReason is set while the status is WAITING.
	WaitReason WaitReason
	// Attempt counts those made in the present direction.
	Attempt uint32
	// Armed: an effect may exist that has not been undone.
	Armed  bool
	Input  Payload
	Output Payload
	// Failure is the last one, or the refusal; else nil.
	Failure    *Failure
	StartedAt  time.Time
	FinishedAt time.Time
	// NextAttemptAt is when it goes on by itself: the next attempt, a timer, the end of a wait.
	NextAttemptAt time.Time
}

// Failure is why something failed.
type Failure struct {
	Kind FailureKind
	// Code is a business code such as "CARD_DECLINED", a gRPC status name, or an error code of the orchestrator.
	Code    string
	Message string
	Details Payload
	// Step is where it happened; empty where it happened in none.
	Step string
}

// SagaLock is the lock of a saga.
type SagaLock struct {
	Name string
	Key  string
	// Held is false while another saga has it: the first step waits.
	Held bool
}

// ParentSaga is the saga that runs a child saga, and the step that does.
type ParentSaga struct {
	SagaID string
	Step   string
}

// Suspension is why a saga is suspended, and since when its clocks stand still.
type Suspension struct {
	Failure *Failure
	Since   time.Time
}

// KeptSignal is a signal that no step has taken yet.
type KeptSignal struct {
	Name       string
	Payload    Payload
	ReceivedAt time.Time
}
