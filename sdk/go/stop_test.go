package backstitch_test

import (
	"context"
	"io"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// stoppable serves a gated action and gives the way to stop it.
func stoppable(t *testing.T) (*gated, backstitchv1.ParticipantServiceClient, func(time.Duration) <-chan struct{}) {
	g := newGated()
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", g.action())
	client := backstitchv1.NewParticipantServiceClient(connect(t, listen(t, p)))
	return g, client, func(grace time.Duration) <-chan struct{} {
		stopped := make(chan struct{})
		go func() {
			p.Stop(grace)
			close(stopped)
		}()
		return stopped
	}
}

func proveGracefulStop(t *testing.T) {
	g, client, stop := stoppable(t)
	s := openStream(t, client)
	s.do(1, newContext("do"), "{}")
	answered := make(chan error, 1)
	go func() {
		_, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")})
		answered <- err
	}()
	receive(t, "a handler to begin", g.begun)
	receive(t, "the other one to begin", g.begun)
	stopped := stop(within)
	until(t, "the stream drains", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.messages) > 0 && s.messages[len(s.messages)-1].Draining
	})
	// Under way when the stream said so.
	s.do(2, newContext("do"), "{}")
	receive(t, "the late command to begin", g.begun)
	if _, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")}); status.Code(err) != codes.Unavailable {
		t.Errorf("a new call gives %v", err)
	}
	close(g.release)
	if s.result(1).GetDone() == nil || s.result(2).GetDone() == nil {
		t.Error("a command in flight has no answer")
	}
	if err := receive(t, "the unary call's answer", answered); err != nil {
		t.Errorf("the unary call in flight gave %v", err)
	}
	if err := s.ends(); err != io.EOF {
		t.Errorf("the stream ends with %v", err)
	}
	receive(t, "the participant to stop", stopped)
}

func TestWhatOutlastsTheGraceIsCancelled(t *testing.T) {
	g, client, stop := stoppable(t)
	s := openStream(t, client)
	s.do(1, newContext("do"), "{}")
	ctx := receive(t, "the handler to begin", g.begun)
	began := time.Now()
	stopped := stop(50 * time.Millisecond)
	receive(t, "the handler's context to be cancelled", ctx.Done())
	// It does not listen, and does not hold up the end.
	receive(t, "the participant to stop", stopped)
	if took := time.Since(began); took > time.Second {
		t.Errorf("stopping took %v", took)
	}
	if err := s.ends(); err == nil || err == io.EOF {
		t.Errorf("the stream ends with %v", err)
	}
	close(g.release)
}

func TestAnIdleStreamEndsShortlyAfterItDrains(t *testing.T) {
	_, client, stop := stoppable(t)
	s := openStream(t, client)
	s.do(1, &backstitchv1.CommandContext{}, "{}")
	s.result(1)
	began := time.Now()
	stopped := stop(within)
	if err := s.ends(); err != io.EOF {
		t.Errorf("the stream ends with %v", err)
	}
	receive(t, "the participant to stop", stopped)
	if took := time.Since(began); took < 90*time.Millisecond || took > time.Second {
		t.Errorf("stopping took %v", took)
	}
}

func TestServeReturnsWhenAStopIsOver(t *testing.T) {
	g := newGated()
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", g.action())
	address := freeAddress(t)
	served := make(chan error, 1)
	go func() { served <- p.Serve(context.Background(), address) }()
	client := backstitchv1.NewParticipantServiceClient(connect(t, address))
	answered := make(chan error, 1)
	go func() {
		_, err := client.Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")}, grpc.WaitForReady(true))
		answered <- err
	}()
	receive(t, "the handler to begin", g.begun)
	go p.Stop(within)
	select {
	case err := <-served:
		t.Errorf("it returned %v while a call was in flight", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(g.release)
	if err := receive(t, "the call's answer", answered); err != nil {
		t.Errorf("the call in flight gave %v", err)
	}
	if err := receive(t, "Serve to return", served); err != nil {
		t.Errorf("it returned %v", err)
	}
}
