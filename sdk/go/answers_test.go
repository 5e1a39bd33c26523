package backstitch_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// answering serves an action of which both handlers end as told.
func answering(t *testing.T, end func() (any, error), options ...backstitch.Option) backstitchv1.ParticipantServiceClient {
	return serving(t, backstitch.Action[object, any]{
		Do: func(context.Context, object) (any, error) { return end() },
		Undo: func(context.Context, backstitch.Undo[object, any]) error {
			_, err := end()
			return err
		},
	}, options...)
}

// both gives the answer to a Do over the stream and over a unary call.
func both(t *testing.T, client backstitchv1.ParticipantServiceClient) (*backstitchv1.CommandResult, *backstitchv1.DoResponse, error) {
	t.Helper()
	s := openStream(t, client)
	s.do(1, newContext("do"), "{}")
	unary, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")})
	return s.result(1), unary, err
}

func proveRejected(t *testing.T) {
	refusal := backstitch.Rejected("CARD_DECLINED", "über\u0000 dem Limit", object{"limit": 1000, "text": "ä\u0000\n"})
	client := answering(t, func() (any, error) { return nil, fmt.Errorf("the bank says: %w", refusal) })
	streamed, unary, err := both(t, client)
	if err != nil {
		t.Fatal(err)
	}
	onStream := streamed.GetRejected()
	if onStream.GetCode() != "CARD_DECLINED" || onStream.GetMessage() != "über\u0000 dem Limit" || string(onStream.GetDetails()) != `{"limit":1000,"text":"ä\u0000\n"}` {
		t.Errorf("Serve gave %v", streamed)
	}
	rejected := unary.GetRejected()
	if rejected.GetCode() != "CARD_DECLINED" || rejected.GetDetails().AsMap()["text"] != "ä\u0000\n" {
		t.Errorf("the unary call gave %v", unary)
	}
	undone, err := client.Undo(context.Background(), &backstitchv1.UndoRequest{Context: newContext("undo")})
	if err != nil || undone.GetRejected().GetCode() != "CARD_DECLINED" {
		t.Errorf("the Undo gave %v, %v", undone, err)
	}
}

func TestARefusalStandsWithoutDetailsThatCannotBeEncoded(t *testing.T) {
	for _, details := range []any{[]int{1}, make(chan int), object{"x": math.Inf(1)}} {
		streamed, unary, err := both(t, answering(t, func() (any, error) { return nil, backstitch.Rejected("NO", "refused", details) }))
		onStream := streamed.GetRejected()
		if onStream.GetCode() != "NO" || onStream.Details != nil || !strings.HasPrefix(onStream.GetMessage(), "refused (the output ") {
			t.Errorf("Serve gave %v", streamed)
		}
		if err != nil || unary.GetRejected().GetCode() != "NO" || unary.GetRejected().Details != nil {
			t.Errorf("the unary call gave %v, %v", unary, err)
		}
	}
}

func TestRejectedAndRetryAfterRefuseWhatMakesNoSense(t *testing.T) {
	for _, code := range []string{"", strings.Repeat("x", 101)} {
		if !panics(func() { _ = backstitch.Rejected(code, "", nil) }) {
			t.Errorf("the code %q is taken", code)
		}
	}
	var rejected *backstitch.RejectedError
	if err := backstitch.Rejected(strings.Repeat("ä", 100), "", nil); !errors.As(err, &rejected) {
		t.Error(err)
	}
	if !panics(func() { _ = backstitch.RetryAfter(-time.Second, "") }) {
		t.Error("a negative delay is taken")
	}
}

func proveRetryAfter(t *testing.T) {
	records, logger := newLogs()
	client := answering(t, func() (any, error) { return nil, backstitch.RetryAfter(1500*time.Millisecond, "later") }, backstitch.WithLogger(logger))
	streamed, _, err := both(t, client)
	onStream := streamed.GetError()
	if codes.Code(onStream.GetStatus()) != codes.Unavailable || onStream.GetMessage() != "later" || onStream.GetRetryAfterMs() != 1500 {
		t.Errorf("Serve gave %v", streamed)
	}
	answer := status.Convert(err)
	if answer.Code() != codes.Unavailable || answer.Message() != "later" || len(answer.Details()) != 1 {
		t.Fatalf("the unary call gave %v", err)
	}
	if info, ok := answer.Details()[0].(*errdetails.RetryInfo); !ok || info.RetryDelay.AsDuration() != 1500*time.Millisecond {
		t.Errorf("the unary call gave %v", answer.Details())
	}
	if records.String() != "" {
		t.Errorf("it is reported as a failure: %s", records)
	}
}

func provePending(t *testing.T) {
	client := answering(t, func() (any, error) { return object{"ignored": true}, backstitch.Pending() })
	streamed, unary, err := both(t, client)
	if streamed.GetPending() == nil || err != nil || unary.GetPending() == nil {
		t.Errorf("%v, %v, %v", streamed, unary, err)
	}
	undone, err := client.Undo(context.Background(), &backstitchv1.UndoRequest{Context: newContext("undo")})
	if err != nil || undone.GetPending() == nil {
		t.Errorf("the Undo gave %v, %v", undone, err)
	}
}

type nilError struct{ text string }

func (e *nilError) Error() string { return e.text }

func proveFailingHandler(t *testing.T) {
	long := strings.Repeat("ä", 1001)
	for name, failing := range map[string]struct {
		end     func() (any, error)
		message string
	}{
		"an error":                  {func() (any, error) { return nil, errors.New("broken") }, "broken"},
		"an error of another call":  {func() (any, error) { return nil, status.Error(codes.Unimplemented, "there") }, "rpc error: code = Unimplemented desc = there"},
		"a long message":            {func() (any, error) { return nil, errors.New(long) }, long[:2000]},
		"a message that is no text": {func() (any, error) { return nil, errors.New("a\xffb") }, "a\uFFFDb"},
		"a panic":                   {func() (any, error) { panic("panicked as told") }, "panicked as told"},
		"a panic with an error":     {func() (any, error) { panic(errors.New("thrown")) }, "thrown"},
		"a nil dereference":         {func() (any, error) { var o *order; return o.Qty, nil }, "runtime error: invalid memory address or nil pointer dereference"},
		"an error that panics":      {func() (any, error) { var e *nilError; return nil, e }, "runtime error: invalid memory address or nil pointer dereference"},
		"an end of the goroutine":   {func() (any, error) { runtime.Goexit(); return nil, nil }, "the handler ended its goroutine"},
	} {
		streamed, _, err := both(t, answering(t, failing.end))
		onStream := streamed.GetError()
		if codes.Code(onStream.GetStatus()) != codes.Unknown || onStream.GetMessage() != failing.message {
			t.Errorf("%s: Serve gave %v", name, streamed)
		}
		if status.Code(err) != codes.Unknown || !utf8.ValidString(err.Error()) || status.Convert(err).Message() != failing.message {
			t.Errorf("%s: the unary call gave %v", name, err)
		}
	}
}

func proveBadOutput(t *testing.T) {
	for name, bad := range map[string]struct {
		output  any
		message string
	}{
		"a list":             {[]int{1}, "the output is not a JSON object"},
		"a text":             {"{}", "the output is not a JSON object"},
		"a function":         {object{"x": func() {}}, "the output cannot be written as JSON"},
		"NaN":                {object{"x": math.NaN()}, "the output cannot be written as JSON"},
		"an infinity":        {object{"x": math.Inf(-1)}, "the output cannot be written as JSON"},
		"a big integer":      {object{"x": int64(1<<53 + 1)}, "the output has an integer beyond 2^53 - 1, which would be rounded"},
		"a big negative":     {object{"x": []any{object{"y": -1 << 53}}}, "the output has an integer beyond 2^53 - 1, which would be rounded"},
		"an int64 too large": {object{"x": uint64(math.MaxUint64)}, "the output has an integer beyond 2^53 - 1, which would be rounded"},
		"an oversize":        {object{"x": strings.Repeat("x", 300_000)}, "the output is larger than 262144 bytes"},
	} {
		streamed, _, err := both(t, answering(t, func() (any, error) { return bad.output, nil }))
		onStream := streamed.GetError()
		if codes.Code(onStream.GetStatus()) != codes.Internal || onStream.GetMessage() != bad.message {
			t.Errorf("%s: Serve gave %v", name, streamed)
		}
		if status.Code(err) != codes.Internal || status.Convert(err).Message() != bad.message {
			t.Errorf("%s: the unary call gave %v", name, err)
		}
	}
	for name, good := range map[string]struct {
		output any
		text   string
	}{
		"nothing":                   {nil, "{}"},
		"a nil pointer":             {(*order)(nil), "{}"},
		"a nil map":                 {object(nil), "{}"},
		"no fields":                 {struct{}{}, "{}"},
		"digits in a text":          {object{"x": `"9007199254740993\`}, `{"x":"\"9007199254740993\\"}`},
		"the largest integer":       {object{"x": int64(1<<53 - 1), "y": -(1<<53 - 1)}, `{"x":9007199254740991,"y":-9007199254740991}`},
		"a fraction of many digits": {object{"x": 0.12345678901234566}, `{"x":0.12345678901234566}`},
		"a large float":             {object{"x": 1e300}, `{"x":1e+300}`},
		"what HTML escapes":         {object{"x": "<ä&>\u0000"}, `{"x":"<ä&>\u0000"}`},
	} {
		streamed, _, err := both(t, answering(t, func() (any, error) { return good.output, nil }))
		if err != nil || string(streamed.GetDone()) != good.text {
			t.Errorf("%s: Serve gave %v; the unary call %v", name, streamed, err)
		}
	}
}
