package backstitch_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func unavailable(t *testing.T) error {
	return refusal(t, codes.Unavailable, &backstitchv1.ErrorDetail{Code: backstitchv1.ErrorCode_ERROR_CODE_STORE_UNAVAILABLE})
}

func proveErrors(t *testing.T) {
	client := orchestrated(t)
	_, err := client.Get(t.Context(), unique("ghost"))
	wantCode(t, err, "SAGA_NOT_FOUND", "NOT_FOUND")
	_, _, err = client.Start(t.Context(), unique("ghost"), nil)
	wantCode(t, err, "DEFINITION_NOT_FOUND", "NOT_FOUND")

	_, _, err = client.Start(t.Context(), "no name!", nil, backstitch.StartOptions{SagaID: "no id!"})
	failure := wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT")
	fields := map[string]string{}
	for _, fault := range failure.Faults {
		fields[fault.Field] = fault.Rule
		if fault.Message == "" || !strings.Contains(err.Error(), fault.Field) {
			t.Errorf("%v says little of %+v", err, fault)
		}
	}
	if !reflect.DeepEqual(fields, map[string]string{"definition": "pattern", "saga_id": "pattern"}) {
		t.Errorf("got the faults %v", failure.Faults)
	}

	_, _, err = client.Start(t.Context(), "order", object{"lines": []any{object{"id": int64(1<<53 + 1)}}})
	failure = wantCode(t, err, "INVALID_REQUEST", "INVALID_ARGUMENT")
	if len(failure.Faults) != 1 || failure.Faults[0].Field != "input.lines[0].id" || failure.Faults[0].Rule != "unsafe_integer" {
		t.Errorf("got %v", err)
	}

	nobody := newClient(t, "127.0.0.1:1")
	_, err = nobody.Get(t.Context(), "s1")
	wantCode(t, err, "UNAVAILABLE", "UNAVAILABLE")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Get(ctx, "s1")
	if wantCode(t, err, "CANCELLED", "CANCELLED"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v is not context.Canceled", err)
	}
}

func TestADefiniteErrorIsNotTriedAgain(t *testing.T) {
	calls := 0
	faults := []*backstitchv1.Fault{{Field: "saga_id", Rule: "exists", Message: "there is none"}}
	client := scripted(t, &script{
		getSaga: func(context.Context, *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
			calls++
			return nil, refusal(t, codes.NotFound, &backstitchv1.ErrorDetail{
				Code: backstitchv1.ErrorCode_ERROR_CODE_SAGA_NOT_FOUND, Faults: faults,
			})
		},
	})
	_, err := client.Get(t.Context(), "s1")
	failure := wantCode(t, err, "SAGA_NOT_FOUND", "NOT_FOUND")
	if calls != 1 || failure.Message != "refused as told" || failure.Faults[0] != (backstitch.Fault{Field: "saga_id", Rule: "exists", Message: "there is none"}) {
		t.Errorf("got %+v after %d calls", failure, calls)
	}
	if status.Code(err) != codes.NotFound {
		t.Errorf("the gRPC error is gone: %v", status.Code(err))
	}
}

func TestAFailureThatLastsIsGivenUpAfterAFewAttempts(t *testing.T) {
	for _, test := range []struct {
		name  string
		fail  func(*testing.T) error
		calls int
		code  string
	}{
		{"the store is away", unavailable, 5, "STORE_UNAVAILABLE"},
		{"the connection breaks", func(*testing.T) error { return status.Error(codes.Internal, "stream ended") }, 5, "INTERNAL"},
		{"the server has a fault", func(t *testing.T) error {
			return refusal(t, codes.Internal, &backstitchv1.ErrorDetail{Code: backstitchv1.ErrorCode_ERROR_CODE_INTERNAL})
		}, 1, "INTERNAL"},
		{"the saga has moved on", func(t *testing.T) error {
			return refusal(t, codes.Aborted, &backstitchv1.ErrorDetail{Code: backstitchv1.ErrorCode_ERROR_CODE_REVISION_MISMATCH})
		}, 1, "REVISION_MISMATCH"},
		{"an error has no detail", func(*testing.T) error { return status.Error(codes.PermissionDenied, "no") }, 1, "PERMISSION_DENIED"},
		{"an error is newer than this client", func(t *testing.T) error {
			return refusal(t, codes.NotFound, &backstitchv1.ErrorDetail{Code: 9999})
		}, 1, "9999"},
	} {
		t.Run(test.name, func(t *testing.T) {
			calls := 0
			client := scripted(t, &script{
				getSaga: func(context.Context, *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
					calls++
					return nil, test.fail(t)
				},
			})
			_, err := client.Get(t.Context(), "s1")
			if failure := err.(*backstitch.Error); failure.Code != test.code || calls != test.calls {
				t.Errorf("got %s after %d calls", failure.Code, calls)
			}
		})
	}
}

func TestARepeatHasTheRequestIdOfTheFirst(t *testing.T) {
	var ids []string
	client := scripted(t, &script{
		startSaga: func(_ context.Context, r *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error) {
			if ids = append(ids, r.RequestId); len(ids) < 3 {
				return nil, unavailable(t)
			}
			return &backstitchv1.StartSagaResponse{Saga: running, Started: true}, nil
		},
	})
	for range 2 {
		if _, _, err := client.Start(t.Context(), "order", nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(ids) != 4 || ids[0] == "" || ids[0] != ids[1] || ids[1] != ids[2] || ids[3] == ids[0] {
		t.Errorf("started with the request ids %q", ids)
	}
}

func TestAWatchThatNeverGotAnythingIsGivenUpAndOneThatDidIsNot(t *testing.T) {
	calls := 0
	s := &script{watchSaga: func(*backstitchv1.WatchSagaRequest, grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
		calls++
		return unavailable(t)
	}}
	client := scripted(t, s)
	for _, err := range client.Watch(t.Context(), "s1") {
		wantCode(t, err, "STORE_UNAVAILABLE", "UNAVAILABLE")
	}
	if calls != 5 {
		t.Errorf("%d attempts", calls)
	}
	calls = 0
	s.watchSaga = func(_ *backstitchv1.WatchSagaRequest, to grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
		switch calls++; calls {
		case 1:
			if err := to.Send(&backstitchv1.WatchSagaResponse{Saga: running}); err != nil {
				return err
			}
		case 7:
			return to.Send(&backstitchv1.WatchSagaResponse{Saga: completed})
		}
		return unavailable(t)
	}
	seen := 0
	for _, err := range client.Watch(t.Context(), "s1") {
		if seen++; err != nil {
			t.Fatal(err)
		}
	}
	if seen != 2 || calls != 7 {
		t.Errorf("saw %d sagas in %d attempts", seen, calls)
	}
}

func TestAContextThatEndsEndsTheCall(t *testing.T) {
	client := scripted(t, &script{
		getSaga: func(ctx context.Context, _ *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		watchSaga: func(_ *backstitchv1.WatchSagaRequest, to grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
			<-to.Context().Done()
			return nil
		},
	})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := client.Wait(ctx, "s1")
	if wantCode(t, err, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v is not context.DeadlineExceeded", err)
	}
	ended := 0
	for _, err := range client.Watch(ctx, "s1") {
		if ended++; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v is not context.DeadlineExceeded", err)
		}
	}
	if ended != 1 {
		t.Errorf("the watch ended %d times", ended)
	}
}
