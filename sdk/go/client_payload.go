package backstitch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/backstitch/backstitch/sdk/go/internal/answer"
	"google.golang.org/protobuf/types/known/structpb"
)

// Payload is a JSON object: nil, bool, int64, float64, string, []any and map[string]any. Whole numbers are int64.
type Payload map[string]any

// Decode puts a payload into a struct or a map, as encoding/json does. What is not there stays as it is.
func (p Payload) Decode(into any) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func payloadOf(wire *structpb.Struct) Payload {
	if wire == nil {
		return nil
	}
	return objectOf(wire)
}

func objectOf(wire *structpb.Struct) map[string]any {
	object := make(map[string]any, len(wire.GetFields()))
	for key, value := range wire.GetFields() {
		object[key] = valueOf(value)
	}
	return object
}

func valueOf(wire *structpb.Value) any {
	switch kind := wire.GetKind().(type) {
	case *structpb.Value_NumberValue:
		if number := kind.NumberValue; math.Trunc(number) == number && math.Abs(number) <= answer.MaxSafeInteger {
			return int64(number)
		}
		return kind.NumberValue
	case *structpb.Value_ListValue:
		list := make([]any, len(kind.ListValue.GetValues()))
		for i, value := range kind.ListValue.GetValues() {
			list[i] = valueOf(value)
		}
		return list
	case *structpb.Value_StructValue:
		return objectOf(kind.StructValue)
	default:
		return wire.AsInterface()
	}
}

// payloadFrom writes what a caller gives as a payload; nothing is {}. field is where it stands in the request. It fails
// for what is no JSON object, and for integers that would be rounded, each named by its path.
func payloadFrom(field string, value any) (*structpb.Struct, error) {
	written, faults := jsonFrom(field, value)
	if len(faults) > 0 {
		return nil, invalid("INVALID_REQUEST", "the payload breaks rules", faults)
	}
	switch kind := written.GetKind().(type) {
	case *structpb.Value_StructValue:
		return kind.StructValue, nil
	case *structpb.Value_NullValue:
		return &structpb.Struct{}, nil
	default:
		faults := []Fault{{Field: field, Rule: "not_object", Message: "must be a JSON object"}}
		return nil, invalid("INVALID_REQUEST", "the payload breaks rules", faults)
	}
}

// jsonFrom writes a value as encoding/json does. It goes by its text, so that integers are seen as they were given.
func jsonFrom(field string, value any) (*structpb.Value, []Fault) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, []Fault{{Field: field, Rule: "not_json", Message: "cannot be written as JSON" + reasonOf(err)}}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var read any
	if err := decoder.Decode(&read); err != nil {
		return nil, []Fault{{Field: field, Rule: "not_json", Message: "is not JSON"}}
	}
	var faults []Fault
	wire := wireOf(field, read, &faults)
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
	return wire, faults
}

// reasonOf tells of an encoder's error what does not quote the payload.
func reasonOf(err error) string {
	var value *json.UnsupportedValueError
	if errors.As(err, &value) {
		if kind := value.Value.Kind(); kind == reflect.Float32 || kind == reflect.Float64 {
			return ": it has a number that is not finite"
		}
		return ": it contains itself"
	}
	var of *json.UnsupportedTypeError
	if errors.As(err, &of) {
		return fmt.Sprintf(": it has a %s", of.Type)
	}
	return ""
}

func wireOf(path string, value any, faults *[]Fault) *structpb.Value {
	switch value := value.(type) {
	case map[string]any:
		fields := make(map[string]*structpb.Value, len(value))
		for key, inner := range value {
			fields[key] = wireOf(path+"."+key, inner, faults)
		}
		return structpb.NewStructValue(&structpb.Struct{Fields: fields})
	case []any:
		values := make([]*structpb.Value, len(value))
		for i, inner := range value {
			values[i] = wireOf(fmt.Sprintf("%s[%d]", path, i), inner, faults)
		}
		return structpb.NewListValue(&structpb.ListValue{Values: values})
	case json.Number:
		return numberOf(path, value, faults)
	case string:
		return structpb.NewStringValue(value)
	case bool:
		return structpb.NewBoolValue(value)
	default:
		return structpb.NewNullValue()
	}
}

func numberOf(path string, literal json.Number, faults *[]Fault) *structpb.Value {
	number, err := strconv.ParseFloat(literal.String(), 64)
	switch {
	case err != nil:
		*faults = append(*faults, Fault{Field: path, Rule: "not_json", Message: "is not a finite number"})
	case math.Trunc(number) == number && math.Abs(number) > answer.MaxSafeInteger:
		message := "is an integer beyond 2^53 - 1, which would be rounded: give it as a string"
		*faults = append(*faults, Fault{Field: path, Rule: "unsafe_integer", Message: message})
	}
	return structpb.NewNumberValue(number)
}
