package backstitch_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
)

// running and completed are what scripts answer with.
var (
	running   = &backstitchv1.Saga{SagaId: "s1", Status: backstitchv1.SagaStatus_SAGA_STATUS_RUNNING, Revision: 1}
	completed = &backstitchv1.Saga{SagaId: "s1", Status: backstitchv1.SagaStatus_SAGA_STATUS_COMPLETED, Revision: 5}
)

func TestAStartSaysWhatWasAskedFor(t *testing.T) {
	var got *backstitchv1.StartSagaRequest
	client := scripted(t, &script{
		startSaga: func(_ context.Context, r *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error) {
			got = r
			return &backstitchv1.StartSagaResponse{Saga: running, Started: true}, nil
		},
	}, backstitch.WithNamespace("shop"))
	_, _, err := client.Start(t.Context(), "order", object{"amount": 5}, backstitch.StartOptions{
		SagaID: "s1", RequestID: "r1", Version: 2, Labels: map[string]string{"a": "b"},
		Deadline: 1500*time.Millisecond + time.Microsecond, View: backstitch.Brief, Metadata: map[string]string{"m": "n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Namespace != "shop" || got.Definition != "order" || got.SagaId != "s1" || got.RequestId != "r1" ||
		got.Version != 2 || got.Labels["a"] != "b" || got.Deadline.AsDuration() != 1501*time.Millisecond ||
		got.View != backstitchv1.SagaView_SAGA_VIEW_BRIEF || got.Metadata["m"] != "n" || got.Wait != nil ||
		got.Input.AsMap()["amount"] != 5.0 {
		t.Fatalf("got %v", got)
	}
}

func TestWaitsGoOnWhereOneCallIsNotEnough(t *testing.T) {
	var requestIDs []string
	var waits []time.Duration
	answers := []*backstitchv1.Saga{running, running, completed}
	client := scripted(t, &script{
		startSaga: func(_ context.Context, r *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error) {
			requestIDs = append(requestIDs, r.RequestId)
			if len(requestIDs) == 1 {
				return &backstitchv1.StartSagaResponse{Saga: running, Started: true}, nil
			}
			return &backstitchv1.StartSagaResponse{Saga: completed}, nil
		},
		getSaga: func(ctx context.Context, r *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
			waits = append(waits, r.Wait.AsDuration())
			if deadline, _ := ctx.Deadline(); time.Until(deadline) < 60*time.Second {
				t.Errorf("the call itself ends in %v", time.Until(deadline))
			}
			answer := answers[0]
			answers = answers[1:]
			return &backstitchv1.GetSagaResponse{Saga: answer}, nil
		},
		cancelSaga: func(*backstitchv1.CancelSagaRequest) (*backstitchv1.CancelSagaResponse, error) {
			answers = []*backstitchv1.Saga{completed}
			return &backstitchv1.CancelSagaResponse{Saga: running}, nil
		},
	})
	saga, err := client.Wait(t.Context(), "s1")
	if err != nil || saga.Status != backstitch.SagaCompleted {
		t.Fatalf("got %+v, %v", saga, err)
	}
	minute := time.Minute
	if !reflect.DeepEqual(waits, []time.Duration{minute, minute, minute}) {
		t.Errorf("waited for %v", waits)
	}
	// It is the same start that is repeated: where the store has lost the saga meanwhile, it begins anew.
	saga, started, err := client.Start(t.Context(), "order", nil, backstitch.StartOptions{Wait: 5 * time.Minute})
	if err != nil || !started || saga.Status != backstitch.SagaCompleted {
		t.Fatalf("got %+v, %v, %v", saga, started, err)
	}
	if len(requestIDs) != 2 || requestIDs[0] == "" || requestIDs[0] != requestIDs[1] {
		t.Errorf("started with the request ids %q", requestIDs)
	}
	waits = nil
	saga, err = client.Cancel(t.Context(), "s1", backstitch.CancelOptions{Wait: 5 * time.Minute})
	if err != nil || saga.Status != backstitch.SagaCompleted || len(waits) != 1 {
		t.Errorf("got %+v, %v after the waits %v", saga, err, waits)
	}
}

func TestAWatchGoesOnFromTheLastRevisionItSaw(t *testing.T) {
	var after []uint64
	client := scripted(t, &script{
		watchSaga: func(r *backstitchv1.WatchSagaRequest, to grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
			after = append(after, r.AfterRevision)
			second := &backstitchv1.Saga{SagaId: "s1", Status: running.Status, Revision: 2}
			var sagas []*backstitchv1.Saga
			var err error
			switch len(after) {
			case 1:
				sagas, err = []*backstitchv1.Saga{running, second}, unavailable(t)
			case 2:
			default:
				sagas = []*backstitchv1.Saga{second, completed}
			}
			for _, saga := range sagas {
				if err := to.Send(&backstitchv1.WatchSagaResponse{Saga: saga}); err != nil {
					return err
				}
			}
			return err
		},
	})
	var revisions []uint64
	for saga, err := range client.Watch(t.Context(), "s1") {
		if err != nil {
			t.Fatal(err)
		}
		revisions = append(revisions, saga.Revision)
	}
	if !reflect.DeepEqual(revisions, []uint64{1, 2, 5}) || !reflect.DeepEqual(after, []uint64{0, 2, 2}) {
		t.Errorf("saw %v, asked after %v", revisions, after)
	}
	after = []uint64{0, 0}
	for saga, err := range client.Watch(t.Context(), "s1", backstitch.WatchOptions{AfterRevision: 3}) {
		if err != nil || saga.Revision != 5 || after[2] != 3 {
			t.Errorf("got %+v, %v after %v", saga, err, after)
		}
	}
}

func TestAWatchEndsItsStreamWhenItsReaderLeaves(t *testing.T) {
	left := make(chan struct{})
	client := scripted(t, &script{
		watchSaga: func(_ *backstitchv1.WatchSagaRequest, to grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
			if err := to.Send(&backstitchv1.WatchSagaResponse{Saga: running}); err != nil {
				return err
			}
			<-to.Context().Done()
			close(left)
			return nil
		},
	})
	for range client.Watch(t.Context(), "s1") {
		break
	}
	receive(t, "the end of the stream", left)
}
