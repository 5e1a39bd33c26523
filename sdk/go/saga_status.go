package backstitch

// SagaStatus is where a saga stands.
type SagaStatus string

const (
	SagaRunning      SagaStatus = "RUNNING"
	SagaCompensating SagaStatus = "COMPENSATING"
	// SagaSuspended: nothing moves until a person decides.
	SagaSuspended SagaStatus = "SUSPENDED"
	// SagaCompleted is final: every step is done, or was skipped, or failed as best effort.
	SagaCompleted SagaStatus = "COMPLETED"
	// SagaCompensated is final: every effect is undone.
	SagaCompensated SagaStatus = "COMPENSATED"
	// SagaAbandoned is final: a person accepted the state as it is.
	SagaAbandoned SagaStatus = "ABANDONED"
)

// Direction is which way a saga goes.
type Direction string

const (
	Forward  Direction = "FORWARD"
	Backward Direction = "BACKWARD"
)

// StepStatus is where a step stands.
type StepStatus string

const (
	StepPending   StepStatus = "PENDING"
	StepRunning   StepStatus = "RUNNING"
	StepWaiting   StepStatus = "WAITING"
	StepDone      StepStatus = "DONE"
	StepRejected  StepStatus = "REJECTED"
	StepFailed    StepStatus = "FAILED"
	StepSkipped   StepStatus = "SKIPPED"
	StepSuspended StepStatus = "SUSPENDED"
	StepUndoing   StepStatus = "UNDOING"
	StepUndone    StepStatus = "UNDONE"
)

// WaitReason is what a waiting step waits for.
type WaitReason string

const (
	WaitBackoff    WaitReason = "BACKOFF"
	WaitTimer      WaitReason = "TIMER"
	WaitSignal     WaitReason = "SIGNAL"
	WaitCompletion WaitReason = "COMPLETION"
	WaitBreaker    WaitReason = "BREAKER"
	WaitChild      WaitReason = "CHILD"
)

// FailureKind is what kind of failure it is.
type FailureKind string

const (
	FailureRejected    FailureKind = "REJECTED"
	FailureTechnical   FailureKind = "TECHNICAL"
	FailureTimeout     FailureKind = "TIMEOUT"
	FailureExpression  FailureKind = "EXPRESSION"
	FailureCancelled   FailureKind = "CANCELLED"
	FailureDeadline    FailureKind = "DEADLINE"
	FailureQuarantined FailureKind = "QUARANTINED"
	FailureSuspended   FailureKind = "SUSPENDED"
)
