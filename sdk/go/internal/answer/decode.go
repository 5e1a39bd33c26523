package answer

import (
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
)

// Decode reads a payload, UTF-8 JSON, into what the handler takes; nothing is an empty object. It returns a Failure
// (INVALID_ARGUMENT) if the payload is not a JSON object or does not fit.
func Decode(text []byte, into any) error {
	if len(text) == 0 {
		text = Nothing
	}
	if firstOf(text) != '{' {
		return notAnObject
	}
	err := json.Unmarshal(text, into)
	if err == nil {
		return nil
	}
	// What the parser says would quote the payload.
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return notAnObject
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return Fail(codes.InvalidArgument, fmt.Sprintf("the payload's %q is not what the action takes: %s", mismatch.Field, mismatch.Type))
	}
	return Fail(codes.InvalidArgument, "the payload is not what the action takes")
}

var notAnObject = Fail(codes.InvalidArgument, "the payload is not a JSON object")

func firstOf(text []byte) byte {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}
