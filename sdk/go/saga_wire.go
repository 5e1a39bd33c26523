package backstitch

import (
	"fmt"
	"strings"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// shortName gives an enum's value without its prefix, "" where it is unspecified. One that is newer than this SDK shows
// as its number.
func shortName[E interface {
	fmt.Stringer
	protoreflect.Enum
}](value E, prefix string) string {
	if value.Number() == 0 {
		return ""
	}
	return strings.TrimPrefix(value.String(), prefix)
}

func toSaga(wire *backstitchv1.Saga) *Saga {
	saga := &Saga{
		Namespace:  wire.GetNamespace(),
		SagaID:     wire.GetSagaId(),
		Definition: wire.GetDefinition(),
		Version:    wire.GetVersion(),
		Status:     SagaStatus(shortName(wire.GetStatus(), "SAGA_STATUS_")),
		Direction:  Direction(shortName(wire.GetDirection(), "DIRECTION_")),
		Input:      payloadOf(wire.GetInput()),
		Labels:     wire.GetLabels(),
		CreatedAt:  timeOf(wire.GetCreatedAt()),
		UpdatedAt:  timeOf(wire.GetUpdatedAt()),
		FinishedAt: timeOf(wire.GetFinishedAt()),
		Deadline:   timeOf(wire.GetDeadline()),
		Overdue:    wire.GetOverdue(),
		Failure:    toFailure(wire.GetFailure()),
		Revision:   wire.GetRevision(),
		WakeAt:     timeOf(wire.GetWakeAt()),
		Output:     payloadOf(wire.GetOutput()),
	}
	for _, step := range wire.GetSteps() {
		saga.Steps = append(saga.Steps, toSagaStep(step))
	}
	if lock := wire.GetLock(); lock != nil {
		saga.Lock = &SagaLock{Name: lock.GetName(), Key: lock.GetKey(), Held: lock.GetHeld()}
	}
	if parent := wire.GetParent(); parent != nil {
		saga.Parent = &ParentSaga{SagaID: parent.GetSagaId(), Step: parent.GetStep()}
	}
	if suspension := wire.GetSuspension(); suspension != nil {
		saga.Suspension = &Suspension{
			Failure: toFailure(suspension.GetFailure()),
			Since:   timeOf(suspension.GetSince()),
		}
	}
	for _, signal := range wire.GetSignals() {
		saga.Signals = append(saga.Signals, KeptSignal{
			Name:       signal.GetName(),
			Payload:    payloadOf(signal.GetPayload()),
			ReceivedAt: timeOf(signal.GetReceivedAt()),
		})
	}
	return saga
}

func toSagaStep(wire *backstitchv1.SagaStep) SagaStep {
	step := SagaStep{
		Name:        wire.GetName(),
		StepItem:    toStepItem(wire),
		Round:       wire.GetRound(),
		Returns:     wire.GetReturns(),
		Reverting:   wire.GetReverting(),
		ChildSagaID: wire.GetChildSagaId(),
		Signal:      wire.GetSignal(),
	}
	for _, item := range wire.GetItems() {
		step.Items = append(step.Items, toStepItem(item))
	}
	return step
}

// stepItemMessage is what a step's message and an item's have in common.
type stepItemMessage interface {
	GetStatus() backstitchv1.StepStatus
	GetWaitReason() backstitchv1.WaitReason
	GetAttempt() uint32
	GetArmed() bool
	GetInput() *structpb.Struct
	GetOutput() *structpb.Struct
	GetFailure() *backstitchv1.Failure
	GetStartedAt() *timestamppb.Timestamp
	GetFinishedAt() *timestamppb.Timestamp
	GetNextAttemptAt() *timestamppb.Timestamp
}

func toStepItem(wire stepItemMessage) StepItem {
	return StepItem{
		Status:        StepStatus(shortName(wire.GetStatus(), "STEP_STATUS_")),
		WaitReason:    WaitReason(shortName(wire.GetWaitReason(), "WAIT_REASON_")),
		Attempt:       wire.GetAttempt(),
		Armed:         wire.GetArmed(),
		Input:         payloadOf(wire.GetInput()),
		Output:        payloadOf(wire.GetOutput()),
		Failure:       toFailure(wire.GetFailure()),
		StartedAt:     timeOf(wire.GetStartedAt()),
		FinishedAt:    timeOf(wire.GetFinishedAt()),
		NextAttemptAt: timeOf(wire.GetNextAttemptAt()),
	}
}

func toFailure(wire *backstitchv1.Failure) *Failure {
	if wire == nil {
		return nil
	}
	return &Failure{
		Kind:    FailureKind(shortName(wire.GetKind(), "FAILURE_KIND_")),
		Code:    wire.GetCode(),
		Message: wire.GetMessage(),
		Details: payloadOf(wire.GetDetails()),
		Step:    wire.GetStep(),
	}
}
