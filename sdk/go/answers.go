package backstitch

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/grpc/codes"
)

// RejectedError is a definite business refusal. Made by Rejected.
type RejectedError struct {
	// Code is a stable name such as CARD_DECLINED.
	Code string
	// Message is for people.
	Message string
	// Details are kept with the saga's failure: nil, or what encoding/json writes as an object.
	Details any
}

func (e *RejectedError) Error() string { return e.Code + ": " + e.Message }

// RetryAfterError is a technical failure that is worth another attempt after a given time. Made by RetryAfter.
type RetryAfterError struct {
	Delay   time.Duration
	Message string
}

func (e *RetryAfterError) Error() string { return e.Message }

// PendingError says that the work goes on elsewhere. Made by Pending.
type PendingError struct{}

func (*PendingError) Error() string { return "pending" }

// Rejected refuses a Do for a business reason, or says that an Undo cannot be undone: return it as the handler's error,
// wrapped or not. Whatever the handler did must not stay; behind a barrier it is rolled back.
//
// The code is a stable name such as CARD_DECLINED, of 1 to 100 characters; Rejected panics if it is not. Details are nil,
// or what encoding/json writes as an object.
func Rejected(code, message string, details any) error {
	if n := utf8.RuneCountInString(code); n == 0 || n > 100 {
		panic("backstitch: the code of Rejected has 1 to 100 characters")
	}
	return &RejectedError{Code: code, Message: message, Details: details}
}

// RetryAfter fails the attempt technically and asks for the next one no sooner than after the delay: return it as the
// handler's error. It panics if the delay is negative.
func RetryAfter(delay time.Duration, message string) error {
	if delay < 0 {
		panic("backstitch: the delay of RetryAfter is 0 or more")
	}
	return &RetryAfterError{Delay: delay, Message: message}
}

// Pending accepts the work, to be completed later with the command's CompletionToken: return it as the handler's error.
func Pending() error { return &PendingError{} }

type outcomeKind uint8

const (
	outcomeDone outcomeKind = iota + 1
	outcomeRejected
	outcomePending
	outcomeError
)

// outcome is what a command came to, before it takes the form of a transport. Payloads are JSON text.
type outcome struct {
	kind outcomeKind
	// Done: nil for an Undo.
	output json.RawMessage
	// Rejected.
	code    string
	details json.RawMessage
	// Rejected and error.
	message string
	// Error.
	status       codes.Code
	retryAfterMs uint64
}

func failed(status codes.Code, message string) outcome {
	return outcome{kind: outcomeError, status: status, message: answer.Clip(message)}
}

// outcomeOf gives the outcome of a handler that returned these.
func outcomeOf(output json.RawMessage, err error) outcome {
	if err == nil {
		return outcome{kind: outcomeDone, output: output}
	}
	var rejected *RejectedError
	if errors.As(err, &rejected) {
		return outcomeOfRejected(rejected)
	}
	var pending *PendingError
	if errors.As(err, &pending) {
		return outcome{kind: outcomePending}
	}
	var retry *RetryAfterError
	if errors.As(err, &retry) {
		out := failed(codes.Unavailable, retry.Message)
		out.retryAfterMs = uint64((retry.Delay + time.Millisecond - 1) / time.Millisecond)
		return out
	}
	var failure *answer.Failure
	if errors.As(err, &failure) {
		return failed(failure.Status, failure.Message)
	}
	return failed(codes.Unknown, err.Error())
}

func outcomeOfRejected(rejected *RejectedError) outcome {
	message, details := answer.EncodeRefusal(rejected.Message, rejected.Details)
	return outcome{kind: outcomeRejected, code: answer.Clip(rejected.Code), message: message, details: details}
}

// isFailure says whether a handler failed, rather than asked to be called later.
func isFailure(out outcome, err error) bool {
	var retry *RetryAfterError
	return out.kind == outcomeError && !errors.As(err, &retry)
}
