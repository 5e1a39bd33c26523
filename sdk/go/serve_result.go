package backstitch

import (
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

// toResult gives an outcome the form that it has on the Serve stream.
func toResult(id uint64, out *outcome) *backstitchv1.CommandResult {
	result := &backstitchv1.CommandResult{CorrelationId: id}
	switch out.kind {
	case outcomeDone:
		result.Outcome = &backstitchv1.CommandResult_Done{Done: out.output}
	case outcomeRejected:
		result.Outcome = &backstitchv1.CommandResult_Rejected{Rejected: &backstitchv1.CommandRejected{
			Code: out.code, Message: out.message, Details: out.details,
		}}
	case outcomePending:
		result.Outcome = &backstitchv1.CommandResult_Pending{Pending: &backstitchv1.Pending{}}
	default:
		result.Outcome = &backstitchv1.CommandResult_Error{Error: &backstitchv1.CommandError{
			Status: int32(out.status), Message: out.message, RetryAfterMs: out.retryAfterMs,
		}}
	}
	return result
}

// sizeOf gives roughly the bytes that a result takes in a message.
func sizeOf(result *backstitchv1.CommandResult) int {
	switch is := result.Outcome.(type) {
	case *backstitchv1.CommandResult_Done:
		return resultBytes + len(is.Done)
	case *backstitchv1.CommandResult_Rejected:
		return resultBytes + len(is.Rejected.Message) + len(is.Rejected.Details)
	case *backstitchv1.CommandResult_Error:
		return resultBytes + len(is.Error.Message)
	}
	return resultBytes
}
