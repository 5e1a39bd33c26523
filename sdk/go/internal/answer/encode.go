package answer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"google.golang.org/grpc/codes"
)

// MaxPayloadBytes is the largest output a handler may give, in bytes of JSON text; the orchestrator refuses more.
const MaxPayloadBytes = 256 * 1024

// Nothing is the output of a handler that gives none.
var Nothing = json.RawMessage("{}")

// encoder is a buffer together with the encoder that writes into it.
type encoder struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buffer)
	e.json.SetEscapeHTML(false)
	return e
}}

// Encode writes a handler's output as JSON text; null becomes {}. It returns a Failure (INTERNAL) for what is not a
// JSON object, cannot be encoded, has an integer that JSON's readers would round, or is too large.
func Encode(output any) (json.RawMessage, error) {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.buffer.Reset()
	if err := e.json.Encode(output); err != nil {
		// The error would quote the value.
		return nil, Fail(codes.Internal, "the output cannot be written as JSON")
	}
	text := bytes.TrimSuffix(e.buffer.Bytes(), []byte("\n"))
	switch {
	case string(text) == "null", string(text) == "{}":
		return Nothing, nil
	case text[0] != '{':
		return nil, Fail(codes.Internal, "the output is not a JSON object")
	case len(text) > MaxPayloadBytes:
		return nil, Fail(codes.Internal, fmt.Sprintf("the output is larger than %d bytes", MaxPayloadBytes))
	case hasUnsafeInteger(text):
		return nil, Fail(codes.Internal, "the output has an integer beyond 2^53 - 1, which would be rounded")
	}
	return bytes.Clone(text), nil
}

// EncodeRefusal gives the message and the details of a refusal as they leave this process. Details that cannot be
// encoded are left out, and the message says so: the refusal matters more than what it carries.
func EncodeRefusal(message string, details any) (string, json.RawMessage) {
	if details == nil {
		return Clip(message), nil
	}
	text, err := Encode(details)
	if err != nil {
		return Clip(fmt.Sprintf("%s (%s)", message, err)), nil
	}
	return Clip(message), text
}
