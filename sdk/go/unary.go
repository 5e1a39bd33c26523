package backstitch

import (
	"context"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Do is the unary Do over the executor.
func (s *service) Do(ctx context.Context, request *backstitchv1.DoRequest) (*backstitchv1.DoResponse, error) {
	out, err := s.call(ctx, request.GetContext(), false, request.GetInput(), nil, nil)
	if err != nil {
		return nil, err
	}
	switch out.kind {
	case outcomeDone:
		output, err := toStruct(out.output)
		if err != nil {
			return nil, err
		}
		return &backstitchv1.DoResponse{Outcome: &backstitchv1.DoResponse_Done{Done: &backstitchv1.DoDone{Output: output}}}, nil
	case outcomeRejected:
		return &backstitchv1.DoResponse{Outcome: &backstitchv1.DoResponse_Rejected{Rejected: rejection(out)}}, nil
	case outcomePending:
		return &backstitchv1.DoResponse{Outcome: &backstitchv1.DoResponse_Pending{Pending: &backstitchv1.Pending{}}}, nil
	}
	return nil, toStatus(out)
}

// Undo is the unary Undo over the executor.
func (s *service) Undo(ctx context.Context, request *backstitchv1.UndoRequest) (*backstitchv1.UndoResponse, error) {
	out, err := s.call(ctx, request.GetContext(), true, request.GetInput(), request.GetDoInput(), request.GetDoOutput())
	if err != nil {
		return nil, err
	}
	switch out.kind {
	case outcomeDone:
		return &backstitchv1.UndoResponse{Outcome: &backstitchv1.UndoResponse_Done{Done: &backstitchv1.UndoDone{}}}, nil
	case outcomeRejected:
		return &backstitchv1.UndoResponse{Outcome: &backstitchv1.UndoResponse_Rejected{Rejected: rejection(out)}}, nil
	case outcomePending:
		return &backstitchv1.UndoResponse{Outcome: &backstitchv1.UndoResponse_Pending{Pending: &backstitchv1.Pending{}}}, nil
	}
	return nil, toStatus(out)
}

// unaryWaiter takes the answer to a call that blocks.
type unaryWaiter struct {
	ctx     context.Context
	outcome chan *outcome
}

func (w *unaryWaiter) answer(out *outcome) { w.outcome <- out }

func (w *unaryWaiter) gone() bool { return w.ctx.Err() != nil }

// call runs a command. Its error is that the caller has gone, or that the command cannot be read.
func (s *service) call(
	ctx context.Context, wire *backstitchv1.CommandContext, undo bool, input, doInput, doOutput *structpb.Struct,
) (*outcome, error) {
	c := command{Command: commandOf(wire), undo: undo, deadline: deadlineOf(wire, time.Now())}
	if deadline, has := ctx.Deadline(); has && (c.deadline.IsZero() || deadline.Before(c.deadline)) {
		c.deadline = deadline
	}
	var err error
	for _, payload := range []struct {
		from *structpb.Struct
		to   *[]byte
	}{{input, &c.input}, {doInput, &c.doInput}, {doOutput, &c.doOutput}} {
		if payload.from == nil {
			continue
		}
		if *payload.to, err = protojson.Marshal(payload.from); err != nil {
			return nil, status.Error(codes.InvalidArgument, "the payload is not a JSON object")
		}
	}
	w := &unaryWaiter{ctx, make(chan *outcome, 1)}
	running := s.executor.run(c, w)
	select {
	case out := <-w.outcome:
		return out, nil
	case <-ctx.Done():
		if running != nil {
			running.leave(w)
		}
		return nil, status.FromContextError(ctx.Err()).Err()
	}
}

func rejection(out *outcome) *backstitchv1.Rejected {
	rejected := &backstitchv1.Rejected{Code: out.code, Message: out.message}
	if out.details != nil {
		// The refusal matters more than what it carries.
		rejected.Details, _ = toStruct(out.details)
	}
	return rejected
}

func toStruct(text []byte) (*structpb.Struct, error) {
	message := &structpb.Struct{}
	if err := protojson.Unmarshal(text, message); err != nil {
		// The error would quote the payload.
		return nil, status.Error(codes.Internal, "the output cannot be written as JSON")
	}
	return message, nil
}

func toStatus(out *outcome) error {
	s := status.New(out.status, out.message)
	if out.retryAfterMs > 0 {
		delay := durationpb.New(time.Duration(out.retryAfterMs) * time.Millisecond)
		if detailed, err := s.WithDetails(&errdetails.RetryInfo{RetryDelay: delay}); err == nil {
			return detailed.Err()
		}
	}
	return s.Err()
}
