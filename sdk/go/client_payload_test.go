package backstitch_test

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"testing"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

// mirror gives a client whose starts answer with the input they were given.
func mirror(t *testing.T) *backstitch.Client {
	t.Helper()
	return scripted(t, &script{
		startSaga: func(_ context.Context, r *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error) {
			return &backstitchv1.StartSagaResponse{Saga: &backstitchv1.Saga{Input: r.Input}, Started: true}, nil
		},
	})
}

func TestAPayloadComesBackAsItWasGiven(t *testing.T) {
	client := mirror(t)
	type line struct {
		SKU  string  `json:"sku"`
		Qty  int     `json:"qty"`
		Unit float64 `json:"unit"`
		None *int    `json:"none,omitempty"`
	}
	var nobody *line
	for _, test := range []struct {
		given any
		want  backstitch.Payload
	}{
		{nil, backstitch.Payload{}},
		{nobody, backstitch.Payload{}},
		{struct{}{}, backstitch.Payload{}},
		{line{"A1", 2, 0.5, nil}, backstitch.Payload{"sku": "A1", "qty": int64(2), "unit": 0.5}},
		{object{"n": int64(1<<53 - 1), "m": -(1<<53 - 1)}, backstitch.Payload{"n": int64(1<<53 - 1), "m": int64(-(1<<53 - 1))}},
		{object{"n": json.Number("3.0"), "f": 1e-7}, backstitch.Payload{"n": int64(3), "f": 1e-7}},
		{json.RawMessage(`{"a": {"b": [1, null, true, "ä\u0000\n<"]}}`), backstitch.Payload{"a": object{"b": []any{int64(1), nil, true, "ä\u0000\n<"}}}},
	} {
		saga, _, err := client.Start(t.Context(), "order", test.given)
		if err != nil || !reflect.DeepEqual(saga.Input, test.want) {
			t.Errorf("%#v came back as %#v, %v", test.given, saga.Input, err)
		}
	}
	given := line{"A1", 2, 0.5, nil}
	saga, _, _ := client.Start(t.Context(), "order", given)
	var got line
	if err := saga.Input.Decode(&got); err != nil || got != given {
		t.Errorf("decoded %+v, %v", got, err)
	}
	if err := backstitch.Payload(nil).Decode(&got); err != nil || got != given {
		t.Errorf("no payload leaves what is there; got %+v, %v", got, err)
	}
}

func TestAPayloadThatJsonCannotKeepIsRefusedByNameAndNotSent(t *testing.T) {
	client := mirror(t)
	loop := object{}
	loop["again"] = loop
	for _, test := range []struct {
		given any
		want  []backstitch.Fault
	}{
		{object{"b": []any{0, uint64(1 << 53)}, "a": int64(-1 << 53)}, []backstitch.Fault{
			{Field: "input.a", Rule: "unsafe_integer"}, {Field: "input.b[1]", Rule: "unsafe_integer"},
		}},
		{object{"x": 1e300}, []backstitch.Fault{{Field: "input.x", Rule: "unsafe_integer"}}},
		{object{"x": json.Number("1e999")}, []backstitch.Fault{{Field: "input.x", Rule: "not_json"}}},
		{object{"x": math.NaN()}, []backstitch.Fault{{Field: "input", Rule: "not_json"}}},
		{object{"x": make(chan int)}, []backstitch.Fault{{Field: "input", Rule: "not_json"}}},
		{loop, []backstitch.Fault{{Field: "input", Rule: "not_json"}}},
		{[]int{1}, []backstitch.Fault{{Field: "input", Rule: "not_object"}}},
		{"text", []backstitch.Fault{{Field: "input", Rule: "not_object"}}},
		{json.RawMessage(`{`), []backstitch.Fault{{Field: "input", Rule: "not_json"}}},
	} {
		saga, _, err := client.Start(t.Context(), "order", test.given)
		if saga != nil {
			t.Errorf("%v was sent", test.given)
			continue
		}
		failure := wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT")
		var got []backstitch.Fault
		for _, fault := range failure.Faults {
			if fault.Message == "" {
				t.Errorf("%+v says nothing", fault)
			}
			got = append(got, backstitch.Fault{Field: fault.Field, Rule: fault.Rule})
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("got the faults %+v, want %+v", got, test.want)
		}
	}
}
