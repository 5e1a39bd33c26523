package backstitch

import (
	"context"
	"errors"
	"strings"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Fault is a rule that a request or a definition breaks.
type Fault struct {
	// Field is where: a path such as "definition.steps[2].call.input.amount".
	Field string
	// Rule is the rule's stable name, such as "unknown_step".
	Rule string
	// Message says what is wrong and what would be right, for people.
	Message string
}

// Error is every failure of the client and of the definition builder.
type Error struct {
	// Code is the name of an ErrorCode, such as "SAGA_NOT_FOUND"; where the server sent none, the same as Status.
	Code string
	// Status is the gRPC status, such as "NOT_FOUND".
	Status string
	// Message is for people.
	Message string
	// Faults are all those found in the request.
	Faults []Fault

	cause error
}

func (e *Error) Error() string {
	parts := []string{e.Code + ": " + e.Message}
	for _, fault := range e.Faults {
		parts = append(parts, fault.Field+" ("+fault.Rule+"): "+fault.Message)
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the error of the gRPC call, if there was one.
func (e *Error) Unwrap() error { return e.cause }

// Is has errors.Is find context.Canceled and context.DeadlineExceeded: where a context ends, either it or the server, which
// knows its deadline too, may be the first to say so.
func (e *Error) Is(target error) bool {
	switch target {
	case context.Canceled:
		return e.Status == "CANCELLED"
	case context.DeadlineExceeded:
		return e.Status == "DEADLINE_EXCEEDED"
	default:
		return false
	}
}

// errorFrom makes an Error of what a call failed with.
func errorFrom(ctx context.Context, err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	told := status.Convert(err)
	if ended := ctx.Err(); ended != nil {
		// Whatever the call came to, nobody wants it any more.
		told = status.FromContextError(ended)
	}
	name := statusName(told.Code())
	made := &Error{Code: name, Status: name, Message: told.Message(), cause: err}
	if detail := detailOf(told); detail != nil {
		if detail.GetCode() != backstitchv1.ErrorCode_ERROR_CODE_UNSPECIFIED {
			made.Code = shortName(detail.GetCode(), "ERROR_CODE_")
		}
		made.Faults = faultsOf(detail.GetFaults())
	}
	return made
}

// invalid refuses a request before it is sent, in the words of the server.
func invalid(code, message string, faults []Fault) error {
	return &Error{Code: code, Status: "INVALID_ARGUMENT", Message: message, Faults: faults}
}

func incomplete() error {
	return &Error{Code: "INTERNAL", Status: "INTERNAL", Message: "the server's answer lacks what was asked for"}
}

func faultsOf(wire []*backstitchv1.Fault) []Fault {
	faults := make([]Fault, len(wire))
	for i, fault := range wire {
		faults[i] = Fault{Field: fault.GetField(), Rule: fault.GetRule(), Message: fault.GetMessage()}
	}
	return faults
}

func detailOf(told *status.Status) *backstitchv1.ErrorDetail {
	for _, any := range told.Details() {
		if detail, ok := any.(*backstitchv1.ErrorDetail); ok {
			return detail
		}
	}
	return nil
}

// statusName gives a status as gRPC's specification writes it: grpc-go's own names are "NotFound" and "Canceled".
func statusName(status codes.Code) string {
	return code.Code(status).String()
}

// isTransient says whether the same call may well succeed if it is made again.
func isTransient(err error) bool {
	told := status.Convert(err)
	switch told.Code() {
	case codes.Unavailable:
		return true
	case codes.Aborted, codes.Canceled, codes.Internal, codes.Unknown:
		// What a connection that breaks looks like, depending on the moment. The server's own errors all carry a detail.
		return detailOf(told) == nil
	default:
		return false
	}
}
