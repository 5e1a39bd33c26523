package backstitch

import (
	"context"
	"errors"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"github.com/backstitch/backstitch/sdk/go/internal/answer"
)

// SignalOptions says who sends a signal.
type SignalOptions struct {
	// RequestID: a signal comes once for it. Default: a random one, so that the client's own repeats count once.
	RequestID string
	Identity  string
}

// Signal gives a saga the signal that one of its steps awaits, or will await. The payload is anything that encoding/json
// writes as an object; nil is {}.
func (c *Client) Signal(ctx context.Context, sagaID, signal string, payload any, options ...SignalOptions) (*Saga, error) {
	o := given(options)
	sent, err := payloadFrom("payload", payload)
	if err != nil {
		return nil, err
	}
	told, err := invoke(ctx, c.sagas.SignalSaga, &backstitchv1.SignalSagaRequest{
		Namespace: c.namespace,
		SagaId:    sagaID,
		Signal:    signal,
		Payload:   sent,
		RequestId: requestIDOr(o.RequestID),
		Identity:  o.Identity,
	}, 0)
	if err != nil {
		return nil, err
	}
	return sagaOf(told)
}

// StepOutcome is what accepted work came to: see Done and Failed.
type StepOutcome struct {
	output any
	err    error
}

// Done says that a Do succeeded with this output, anything that encoding/json writes as an object, or an Undo, whose
// output is ignored; nil is {}.
func Done(output any) StepOutcome { return StepOutcome{output: output} }

// Failed says how the work failed, as the error of a handler would: with one of Rejected a Do was refused and nothing
// applied, or an Undo cannot be done; any other is a technical failure, which is tried again. Failed(nil) is Done(nil).
func Failed(err error) StepOutcome { return StepOutcome{err: err} }

// CompleteOptions says how an outcome is given.
type CompleteOptions struct {
	// RequestID is the idempotency key. Default: a random one.
	RequestID string
}

// Complete gives the outcome of a Do or Undo that was answered with Pending. The same outcome may be given again; another
// one, or one that the saga no longer waits for, is COMPLETION_REFUSED.
func (c *Client) Complete(ctx context.Context, completionToken string, outcome StepOutcome, options ...CompleteOptions) error {
	request := &backstitchv1.CompleteStepRequest{
		CompletionToken: completionToken,
		RequestId:       requestIDOr(given(options).RequestID),
	}
	if err := outcome.putInto(request); err != nil {
		return err
	}
	_, err := invoke(ctx, c.sagas.CompleteStep, request, 0)
	return err
}

// Heartbeat says that a pending Do or Undo is still being worked on. cancelled: the saga no longer wants it, stop.
func (c *Client) Heartbeat(ctx context.Context, completionToken string) (cancelled bool, err error) {
	request := &backstitchv1.HeartbeatStepRequest{CompletionToken: completionToken}
	told, err := invoke(ctx, c.sagas.HeartbeatStep, request, 0)
	return told.GetCancelled(), err
}

func (o StepOutcome) putInto(request *backstitchv1.CompleteStepRequest) error {
	var rejected *RejectedError
	switch {
	case o.err == nil:
		output, err := payloadFrom("done.output", o.output)
		if err != nil {
			return err
		}
		request.Outcome = &backstitchv1.CompleteStepRequest_Done{Done: &backstitchv1.StepCompletion{Output: output}}
	case errors.As(o.err, &rejected):
		refusal := &backstitchv1.StepRefusal{Code: rejected.Code, Message: answer.Clip(rejected.Message)}
		if rejected.Details != nil {
			details, err := payloadFrom("rejected.details", rejected.Details)
			if err != nil {
				return err
			}
			refusal.Details = details
		}
		request.Outcome = &backstitchv1.CompleteStepRequest_Rejected{Rejected: refusal}
	default:
		failure := &backstitchv1.StepFailure{Message: answer.Clip(o.err.Error())}
		request.Outcome = &backstitchv1.CompleteStepRequest_Failed{Failed: failure}
	}
	return nil
}
