package backstitch_test

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// setting gives an environment variable of the harness. Without it a test cannot prove its feature: it fails where
// everything has to be there (CI), and is skipped elsewhere.
func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set", name)
		}
		t.Skipf("%s is not set", name)
	}
	return value
}

// unique gives a name that no other run of the tests uses.
func unique(name string) string {
	return "go-" + name + "-" + strings.ToLower(rand.Text()[:10])
}

// newClient makes a client that is closed with the test.
func newClient(t *testing.T, address string, options ...backstitch.ClientOption) *backstitch.Client {
	t.Helper()
	client, err := backstitch.NewClient(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// orchestrated gives a client of the harness' orchestrator.
func orchestrated(t *testing.T) *backstitch.Client {
	t.Helper()
	return newClient(t, setting(t, "BACKSTITCH_ADDRESS"))
}

// register registers a definition; it fails the test where that has faults.
func register(t *testing.T, client *backstitch.Client, definition *backstitch.DefinitionBuilder) {
	t.Helper()
	if _, _, err := client.Register(t.Context(), definition); err != nil {
		t.Fatal(err)
	}
}

// start starts a saga and gives its id.
func start(t *testing.T, client *backstitch.Client, definition string, input any) string {
	t.Helper()
	saga, started, err := client.Start(t.Context(), definition, input)
	if err != nil || !started {
		t.Fatalf("started: %v, %v", started, err)
	}
	return saga.SagaID
}

// follow watches a saga until it is as wanted.
func follow(t *testing.T, client *backstitch.Client, sagaID string, wanted func(*backstitch.Saga) bool) *backstitch.Saga {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var last *backstitch.Saga
	for saga, err := range client.Watch(ctx, sagaID) {
		if err != nil {
			t.Fatalf("the saga never was as wanted: %v; last: %+v", err, last)
		}
		if last = saga; wanted(saga) {
			return saga
		}
	}
	t.Fatalf("the saga ended otherwise: %+v", last)
	return nil
}

func waitsFor(reason backstitch.WaitReason) func(*backstitch.Saga) bool {
	return func(saga *backstitch.Saga) bool { return saga.Steps[0].WaitReason == reason }
}

func isStatus(wanted backstitch.SagaStatus) func(*backstitch.Saga) bool {
	return func(saga *backstitch.Saga) bool { return saga.Status == wanted }
}

// wantCode fails the test unless err is an Error with this code and status.
func wantCode(t *testing.T, err error, code, status string) *backstitch.Error {
	t.Helper()
	failure, ok := err.(*backstitch.Error)
	if !ok || failure.Code != code || failure.Status != status {
		t.Fatalf("got the error %v, want %s with status %s", err, code, status)
	}
	return failure
}

// script is an orchestrator that answers as it is told.
type script struct {
	backstitchv1.UnimplementedSagaServiceServer
	backstitchv1.UnimplementedDefinitionServiceServer
	startSaga    func(context.Context, *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error)
	getSaga      func(context.Context, *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error)
	watchSaga    func(*backstitchv1.WatchSagaRequest, grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error
	cancelSaga   func(*backstitchv1.CancelSagaRequest) (*backstitchv1.CancelSagaResponse, error)
	signalSaga   func(*backstitchv1.SignalSagaRequest) (*backstitchv1.SignalSagaResponse, error)
	completeStep func(*backstitchv1.CompleteStepRequest) (*backstitchv1.CompleteStepResponse, error)
	register     func(*backstitchv1.RegisterDefinitionRequest) (*backstitchv1.RegisterDefinitionResponse, error)
}

func (s *script) StartSaga(ctx context.Context, r *backstitchv1.StartSagaRequest) (*backstitchv1.StartSagaResponse, error) {
	return s.startSaga(ctx, r)
}

func (s *script) GetSaga(ctx context.Context, r *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
	return s.getSaga(ctx, r)
}

func (s *script) WatchSaga(r *backstitchv1.WatchSagaRequest, to grpc.ServerStreamingServer[backstitchv1.WatchSagaResponse]) error {
	return s.watchSaga(r, to)
}

func (s *script) CancelSaga(_ context.Context, r *backstitchv1.CancelSagaRequest) (*backstitchv1.CancelSagaResponse, error) {
	return s.cancelSaga(r)
}

func (s *script) SignalSaga(_ context.Context, r *backstitchv1.SignalSagaRequest) (*backstitchv1.SignalSagaResponse, error) {
	return s.signalSaga(r)
}

func (s *script) CompleteStep(_ context.Context, r *backstitchv1.CompleteStepRequest) (*backstitchv1.CompleteStepResponse, error) {
	return s.completeStep(r)
}

func (s *script) RegisterDefinition(_ context.Context, r *backstitchv1.RegisterDefinitionRequest) (*backstitchv1.RegisterDefinitionResponse, error) {
	return s.register(r)
}

// scripted starts an orchestrator that answers as it is told, and gives a client of it.
func scripted(t *testing.T, s *script, options ...backstitch.ClientOption) *backstitch.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	backstitchv1.RegisterSagaServiceServer(server, s)
	backstitchv1.RegisterDefinitionServiceServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return newClient(t, listener.Addr().String(), options...)
}

// refusal is an error as the orchestrator sends it.
func refusal(t *testing.T, code codes.Code, detail *backstitchv1.ErrorDetail) error {
	t.Helper()
	made, err := status.New(code, "refused as told").WithDetails(detail)
	if err != nil {
		t.Fatal(err)
	}
	return made.Err()
}
