package backstitch_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

type order struct {
	SKU string `json:"sku"`
	Qty int64  `json:"qty"`
}

type receipt struct {
	ID  string `json:"id"`
	Qty int64  `json:"qty"`
}

func proveTypedHandlers(t *testing.T) {
	var undone backstitch.Undo[order, receipt]
	client := serving(t, backstitch.Action[order, receipt]{
		Do: func(_ context.Context, in order) (receipt, error) {
			return receipt{ID: "r-" + in.SKU, Qty: in.Qty}, nil
		},
		Undo: func(_ context.Context, undo backstitch.Undo[order, receipt]) error {
			undone = undo
			return nil
		},
	})
	s := openStream(t, client)
	s.do(1, newContext("do"), `{"sku": "A1", "qty": 9007199254740991, "unknown": [null]}`)
	if done := string(s.result(1).GetDone()); done != `{"id":"r-A1","qty":9007199254740991}` {
		t.Errorf("the output is %s", done)
	}
	s.send(&backstitchv1.ServeRequest{Commands: []*backstitchv1.Command{{
		CorrelationId: 2, Direction: backstitchv1.Direction_DIRECTION_BACKWARD, Context: newContext("undo"),
		Input: []byte(`{"percent":50}`), DoInput: []byte(`{"sku":"A1","qty":2}`), DoOutput: []byte(`{"id":"r-A1"}`),
	}}})
	if done, ok := s.result(2).Outcome.(*backstitchv1.CommandResult_Done); !ok || len(done.Done) != 0 {
		t.Errorf("the Undo gave %v", s.result(2))
	}
	if undone.DoInput != (order{"A1", 2}) || *undone.DoOutput != (receipt{ID: "r-A1"}) || string(undone.Input) != `{"percent":50}` {
		t.Errorf("the Undo was told %+v", undone)
	}
	for input, message := range map[string]string{
		`{"qty":"two"}`: `the payload's "qty" is not what the action takes: int64`,
		`{"qty":1.5}`:   `the payload's "qty" is not what the action takes: int64`,
		`[1]`:           "the payload is not a JSON object",
		`null`:          "the payload is not a JSON object",
		`{"sku":"se`:    "the payload is not a JSON object",
	} {
		id := effects.Add(1) + 100
		s.do(uint64(id), newContext("do"), input)
		refused := s.result(uint64(id)).GetError()
		if codes.Code(refused.GetStatus()) != codes.InvalidArgument || refused.GetMessage() != message {
			t.Errorf("%s: %v", input, refused)
		}
	}
}

func proveUnary(t *testing.T) {
	client := serving(t, backstitch.Action[order, receipt]{
		Do:   func(_ context.Context, in order) (receipt, error) { return receipt{"ä\u0000\n", in.Qty}, nil },
		Undo: func(context.Context, backstitch.Undo[order, receipt]) error { return nil },
	}, backstitch.WithoutServe())
	ctx := context.Background()
	done, err := client.Do(ctx, &backstitchv1.DoRequest{Context: newContext("do"), Input: structOf(t, object{"sku": "A1", "qty": 1<<53 - 1})})
	if err != nil {
		t.Fatal(err)
	}
	output := done.GetDone().GetOutput().AsMap()
	if output["id"] != "ä\u0000\n" || output["qty"] != float64(1<<53-1) {
		t.Errorf("the output is %v", output)
	}
	undone, err := client.Undo(ctx, &backstitchv1.UndoRequest{Context: newContext("undo"), DoInput: structOf(t, object{"sku": "A1"})})
	if err != nil || undone.GetDone() == nil {
		t.Errorf("the Undo gave %v, %v", undone, err)
	}
	stream := openStream(t, client)
	if err := stream.ends(); status.Code(err) != codes.Unimplemented {
		t.Errorf("Serve gave %v", err)
	}
}

func proveHealth(t *testing.T) {
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", echo)
	health := grpc_health_v1.NewHealthClient(connect(t, listen(t, p)))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, name := range []string{"", "backstitch.v1.ParticipantService"} {
		answer, err := health.Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: name})
		if err != nil || answer.Status != grpc_health_v1.HealthCheckResponse_SERVING {
			t.Errorf("%q is %v, %v", name, answer, err)
		}
	}
	watch, err := health.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if first, err := watch.Recv(); err != nil || first.Status != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Fatalf("the watcher is told %v, %v", first, err)
	}
	stopped := make(chan struct{})
	go func() { p.Stop(10 * time.Second); close(stopped) }()
	if next, err := watch.Recv(); err != nil || next.Status != grpc_health_v1.HealthCheckResponse_NOT_SERVING {
		t.Errorf("on stopping the watcher is told %v, %v", next, err)
	}
	// The watcher, who never leaves, does not hold it up.
	receive(t, "the participant to stop", stopped)
}

func proveUnknownAction(t *testing.T) {
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "ship", echo)
	backstitch.Handle(p, "act", echo)
	client := backstitchv1.NewParticipantServiceClient(connect(t, listen(t, p)))
	s := openStream(t, client)
	unknown := newContext("do")
	unknown.Action = "fly"
	_, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: unknown})
	s.do(1, unknown, "{}")
	onStream := status.Error(codes.Code(s.result(1).GetError().GetStatus()), s.result(1).GetError().GetMessage())
	_, undoErr := client.Undo(context.Background(), &backstitchv1.UndoRequest{Context: newContext("undo")})
	for got, message := range map[error]string{
		err:      `no such action: "fly"; served here: act, ship`,
		onStream: `no such action: "fly"; served here: act, ship`,
		undoErr:  `this action has no undo: "act"; served here: act, ship`,
	} {
		if status.Code(got) != codes.Unimplemented || status.Convert(got).Message() != message {
			t.Errorf("%v instead of %s", got, message)
		}
	}
}

func proveBlockingHandler(t *testing.T) {
	release := make(chan struct{})
	client := serving(t, backstitch.Action[order, object]{Do: func(_ context.Context, in order) (object, error) {
		for in.SKU == "block" {
			select {
			case <-release:
				return nil, nil
			default: // Burns its thread, as a computation does.
			}
		}
		return nil, nil
	}})
	s := openStream(t, client)
	for id := uint64(1); id <= 4; id++ {
		s.do(id, newContext("do"), `{"sku":"block"}`)
	}
	s.do(5, newContext("do"), `{}`)
	s.result(5)
	if _, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")}); err != nil {
		t.Error(err)
	}
	if s.peek(1) != nil {
		t.Error("the handler did not block")
	}
	close(release)
	s.result(1)
}

func TestListenTakesTheLoopbackUnlessTold(t *testing.T) {
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", echo)
	address, err := p.Listen(":0")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop(0)
	if tcp := address.(*net.TCPAddr); !tcp.IP.IsLoopback() || tcp.Port == 0 {
		t.Errorf("it listens on %v", address)
	}
	if _, err := p.Listen(":0"); err == nil {
		t.Error("it listens twice")
	}
	other := backstitch.NewParticipant("other")
	if _, err := other.Listen(":0"); err == nil || !strings.Contains(err.Error(), "no action") {
		t.Errorf("without actions: %v", err)
	}
	backstitch.Handle(other, "act", echo)
	if _, err := other.Listen(address.String()); err == nil {
		t.Error("two listen at one address")
	}
}

func TestHandleRefusesWhatCannotBeServed(t *testing.T) {
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", echo)
	for name, add := range map[string]func(){
		"a name that is taken": func() { backstitch.Handle(p, "act", echo) },
		"an action without Do": func() { backstitch.Handle(p, "other", backstitch.Action[order, receipt]{}) },
	} {
		if !panics(add) {
			t.Errorf("%s is taken", name)
		}
	}
	listen(t, p)
	if !panics(func() { backstitch.Handle(p, "late", echo) }) {
		t.Error("an action is taken after Listen")
	}
}

func TestServeReturnsWhenItsContextIsDone(t *testing.T) {
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", echo)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- p.Serve(ctx, ":0") }()
	cancel()
	if err := receive(t, "Serve to return", ended); err != nil {
		t.Error(err)
	}
}

// echo answers with its input.
var echo = backstitch.Action[object, object]{Do: func(_ context.Context, in object) (object, error) { return in, nil }}

func panics(act func()) (did bool) {
	defer func() { did = recover() != nil }()
	act()
	return false
}
