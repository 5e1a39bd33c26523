package backstitch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// within is how long a test waits for what must happen.
const within = 5 * time.Second

type object = map[string]any

// listen serves a participant until the test is over and gives its address.
func listen(t *testing.T, p *backstitch.Participant) string {
	t.Helper()
	address, err := p.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(0) })
	return address.String()
}

// connect gives a connection to a participant, until the test is over.
func connect(t *testing.T, address string, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	if len(options) == 0 {
		options = append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))
	}
	connection, err := grpc.NewClient(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

// serving gives the stubs of a participant that serves an action "act" with these handlers.
func serving[In, Out any](t *testing.T, action backstitch.Action[In, Out], options ...backstitch.Option) backstitchv1.ParticipantServiceClient {
	t.Helper()
	p := backstitch.NewParticipant("tested", options...)
	backstitch.Handle(p, "act", action)
	return backstitchv1.NewParticipantServiceClient(connect(t, listen(t, p)))
}

var effects atomic.Int64

// newContext gives the context of a command for "act" with an effect of its own.
func newContext(direction string) *backstitchv1.CommandContext {
	effect := fmt.Sprintf("saga-%d/step", effects.Add(1))
	return &backstitchv1.CommandContext{
		Namespace: "default", SagaId: strings.TrimSuffix(effect, "/step"), Definition: "order", Version: 3, Step: "step",
		Action: "act", EffectId: effect, IdempotencyKey: effect + "/" + direction, Attempt: 1,
		Timeout: durationpb.New(within),
	}
}

func structOf(t *testing.T, value object) *structpb.Struct {
	t.Helper()
	made, err := structpb.NewStruct(value)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// stream is an open Serve stream, whose results are gathered by correlation id.
type stream struct {
	t        *testing.T
	raw      grpc.BidiStreamingClient[backstitchv1.ServeRequest, backstitchv1.ServeResponse]
	mu       sync.Mutex
	hangUp   context.CancelFunc
	results  map[uint64]*backstitchv1.CommandResult
	messages []*backstitchv1.ServeResponse
	ended    chan struct{}
	err      error
}

func openStream(t *testing.T, client backstitchv1.ParticipantServiceClient) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	raw, err := client.Serve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s := &stream{t: t, raw: raw, hangUp: cancel, results: map[uint64]*backstitchv1.CommandResult{}, ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		for {
			message, err := raw.Recv()
			s.mu.Lock()
			if err != nil {
				s.err = err
				s.mu.Unlock()
				return
			}
			s.messages = append(s.messages, message)
			for _, result := range message.Results {
				s.results[result.CorrelationId] = result
			}
			s.mu.Unlock()
		}
	}()
	return s
}

func (s *stream) send(request *backstitchv1.ServeRequest) {
	s.t.Helper()
	if err := s.raw.Send(request); err != nil {
		s.t.Fatal(err)
	}
}

// do sends one Do with this input.
func (s *stream) do(id uint64, context *backstitchv1.CommandContext, input string) {
	s.t.Helper()
	s.send(&backstitchv1.ServeRequest{Commands: []*backstitchv1.Command{{
		CorrelationId: id, Direction: backstitchv1.Direction_DIRECTION_FORWARD, Context: context, Input: []byte(input),
	}}})
}

func (s *stream) peek(id uint64) *backstitchv1.CommandResult {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.results[id]
}

func (s *stream) result(id uint64) *backstitchv1.CommandResult {
	s.t.Helper()
	until(s.t, fmt.Sprintf("command %d is answered", id), func() bool { return s.peek(id) != nil })
	return s.peek(id)
}

func (s *stream) ends() error {
	s.t.Helper()
	select {
	case <-s.ended:
		return s.err
	case <-time.After(within):
		s.t.Fatal("the stream did not end")
		return nil
	}
}

// until waits for a condition.
func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}

// receive waits for what a channel brings.
func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(within):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// logs is a logger and what it was told, as JSON lines.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newLogs() (*logs, *slog.Logger) {
	l := &logs{}
	return l, slog.New(slog.NewJSONHandler(l, nil))
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
