package backstitch

import (
	"context"
	"iter"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
)

// StartOptions says how a saga is started.
type StartOptions struct {
	// SagaID: the same id with the same content gives the saga that exists. Default: derived from RequestID.
	SagaID string
	// RequestID is the idempotency key. Default: a random one, so that the client's own repeats start one saga.
	RequestID string
	// Version of the definition; 0: the latest.
	Version uint32
	// Wait is how long to wait for the saga to become final. Default: not at all.
	Wait time.Duration
	// Labels of the saga, at most 16.
	Labels map[string]string
	// Deadline is how long the saga may take; at most what its definition allows.
	Deadline time.Duration
	// View says what the answer holds.
	View View
	// Metadata is passed through to participants: traceparent and tracestate.
	Metadata map[string]string
}

// Start starts a saga of this definition. The input is anything that encoding/json writes as an object; nil is {}.
// started is false where the saga was there already. Where it is not final when the wait runs out, it comes as it is.
func (c *Client) Start(ctx context.Context, definition string, input any, options ...StartOptions) (saga *Saga, started bool, err error) {
	o := given(options)
	payload, err := payloadFrom("input", input)
	if err != nil {
		return nil, false, err
	}
	request := &backstitchv1.StartSagaRequest{
		Namespace:  c.namespace,
		Definition: definition,
		Version:    o.Version,
		SagaId:     o.SagaID,
		Input:      payload,
		Labels:     o.Labels,
		Deadline:   toWireDuration(o.Deadline),
		RequestId:  requestIDOr(o.RequestID),
		View:       o.View.wire(),
		Metadata:   o.Metadata,
	}
	// The start is repeated rather than the saga asked for: a store that lost it meanwhile starts it anew.
	for end := waitEndAfter(o.Wait); ; pause(ctx, leastPause) {
		wait := end.next()
		request.Wait = toWireDuration(wait)
		answer, err := invoke(ctx, c.sagas.StartSaga, request, wait)
		if err != nil {
			return nil, false, err
		}
		started = started || answer.GetStarted()
		saga, err := sagaOf(answer)
		if err != nil || saga.IsFinal() || end.isOver() {
			return saga, started, err
		}
	}
}

// GetOptions says what of a saga is wanted.
type GetOptions struct {
	View View
}

// Get gives a saga as it is.
func (c *Client) Get(ctx context.Context, sagaID string, options ...GetOptions) (*Saga, error) {
	request := &backstitchv1.GetSagaRequest{Namespace: c.namespace, SagaId: sagaID, View: given(options).View.wire()}
	answer, err := invoke(ctx, c.sagas.GetSaga, request, 0)
	if err != nil {
		return nil, err
	}
	return sagaOf(answer)
}

// WaitOptions says how long a saga is waited for.
type WaitOptions struct {
	// Timeout: after it the saga is given as it then is. Default: none but that of the context, whose end is an error.
	Timeout time.Duration
	View    View
}

// Wait waits until a saga is final.
func (c *Client) Wait(ctx context.Context, sagaID string, options ...WaitOptions) (*Saga, error) {
	o := given(options)
	var end waitEnd
	if o.Timeout != 0 {
		end = waitEndAfter(o.Timeout)
	}
	return c.wait(ctx, sagaID, end, o.View)
}

func (c *Client) wait(ctx context.Context, sagaID string, end waitEnd, view View) (*Saga, error) {
	request := &backstitchv1.GetSagaRequest{Namespace: c.namespace, SagaId: sagaID, View: view.wire()}
	for ; ; pause(ctx, leastPause) {
		wait := end.next()
		request.Wait = toWireDuration(wait)
		answer, err := invoke(ctx, c.sagas.GetSaga, request, wait)
		if err != nil {
			return nil, err
		}
		saga, err := sagaOf(answer)
		if err != nil || saga.IsFinal() || end.isOver() {
			return saga, err
		}
	}
}

// WatchOptions says from where on a saga is watched.
type WatchOptions struct {
	// AfterRevision is one that is known already: the first saga given is a later one.
	AfterRevision uint64
	View          View
}

// Watch gives a saga now and at every change until it is final, across broken connections. It ends with an error where
// the saga is not there, and when the context does.
func (c *Client) Watch(ctx context.Context, sagaID string, options ...WatchOptions) iter.Seq2[*Saga, error] {
	o := given(options)
	return func(yield func(*Saga, error) bool) {
		seen := o.AfterRevision
		open := func(ctx context.Context) (grpc.ServerStreamingClient[backstitchv1.WatchSagaResponse], error) {
			return c.sagas.WatchSaga(ctx, &backstitchv1.WatchSagaRequest{
				Namespace: c.namespace, SagaId: sagaID, View: o.View.wire(), AfterRevision: seen,
			})
		}
		for answer, err := range resumed(ctx, open) {
			if err != nil {
				yield(nil, err)
				return
			}
			message := answer.GetSaga()
			if message.GetRevision() <= seen {
				continue
			}
			seen = message.GetRevision()
			saga := toSaga(message)
			if !yield(saga, nil) || saga.IsFinal() {
				return
			}
		}
	}
}

// CancelOptions says who turns a saga round, and why. That is kept in its history.
type CancelOptions struct {
	Identity string
	Reason   string
	// RequestID is the idempotency key. Default: a random one, so that the client's own repeats act once.
	RequestID string
	// ExpectedRevision: refuse with REVISION_MISMATCH if the saga has moved on from it. 0: whatever it is.
	ExpectedRevision uint64
	// Wait is how long to wait for the saga to become final. Default: not at all.
	Wait time.Duration
	View View
}

// Cancel turns a running saga round: what was done is undone. It is refused with PAST_PIVOT where that is too late.
func (c *Client) Cancel(ctx context.Context, sagaID string, options ...CancelOptions) (*Saga, error) {
	o := given(options)
	end := waitEndAfter(o.Wait)
	wait := end.next()
	request := &backstitchv1.CancelSagaRequest{
		Namespace:        c.namespace,
		SagaId:           sagaID,
		RequestId:        requestIDOr(o.RequestID),
		Identity:         o.Identity,
		Reason:           o.Reason,
		ExpectedRevision: o.ExpectedRevision,
		Wait:             toWireDuration(wait),
		View:             o.View.wire(),
	}
	answer, err := invoke(ctx, c.sagas.CancelSaga, request, wait)
	if err != nil {
		return nil, err
	}
	saga, err := sagaOf(answer)
	if err != nil || saga.IsFinal() || end.isOver() {
		return saga, err
	}
	return c.wait(ctx, sagaID, end, o.View)
}
