// Package answer has what handlers' answers are made of, for the participant and its barrier.
package answer

import (
	"strings"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
)

// maxMessageLength is the most characters of a message that leave this process.
const maxMessageLength = 1000

// Failure is a technical failure with a gRPC status of its own. Whatever else a handler returns is UNKNOWN: the status
// of some other call that a handler made says nothing about this one.
type Failure struct {
	Status  codes.Code
	Message string
}

func (f *Failure) Error() string { return f.Message }

// Fail makes a Failure.
func Fail(status codes.Code, message string) error {
	return &Failure{Status: status, Message: message}
}

// Clip shortens a message, and mends what is not UTF-8, which gRPC would refuse to send.
func Clip(message string) string {
	if len(message) > maxMessageLength && utf8.RuneCountInString(message) > maxMessageLength {
		message = string([]rune(message)[:maxMessageLength])
	}
	return strings.ToValidUTF8(message, "\uFFFD")
}
