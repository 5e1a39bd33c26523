package backstitch

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
)

const (
	// closeWait is how long connections may take to close once everything is answered.
	closeWait = 200 * time.Millisecond
	// defaultGrace is how long Serve lets running calls end.
	defaultGrace = 10 * time.Second
)

// Participant is a server of actions.
type Participant struct {
	name      string
	logger    *slog.Logger
	unaryOnly bool
	tls       *ParticipantTLS

	mu        sync.Mutex
	actions   map[string]erasedAction
	listening *listening
}

// listening is what a participant has once it takes calls.
type listening struct {
	executor *executor
	server   *grpc.Server
	health   *health.Server
	service  *service
	stop     sync.Once
	// ended tells why no more calls are taken; nil once it was told to stop.
	ended chan error
}

// NewParticipant makes a server for the actions of the participant that the orchestrator's configuration calls by this
// name. Handle adds the actions.
func NewParticipant(name string, options ...Option) *Participant {
	p := &Participant{name: name, logger: slog.New(slog.DiscardHandler), actions: map[string]erasedAction{}}
	for _, option := range options {
		option(p)
	}
	return p
}

func (p *Participant) add(name string, action erasedAction) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, taken := p.actions[name]; taken {
		panic(fmt.Sprintf("backstitch: %q has two actions %q: a command names only the action, so its name must be unique", p.name, name))
	}
	if p.listening != nil {
		panic(fmt.Sprintf("backstitch: %q listens already, so %q comes too late", p.name, name))
	}
	p.actions[name] = action
}

// Listen takes calls at an address such as "127.0.0.1:50051", and returns at once. Port 0 picks a free one, which the
// result tells. A missing host is 127.0.0.1: a server that others may reach has to say so ("0.0.0.0:50051"), and ought
// to use TLS.
func (p *Participant) Listen(address string) (net.Addr, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listening != nil {
		return nil, fmt.Errorf("backstitch: %q listens already", p.name)
	}
	if len(p.actions) == 0 {
		return nil, fmt.Errorf("backstitch: %q has no action", p.name)
	}
	options, err := p.serverOptions()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", withHost(address))
	if err != nil {
		return nil, fmt.Errorf("backstitch: %q cannot listen: %w", p.name, err)
	}
	known := strings.Join(slices.Sorted(maps.Keys(p.actions)), ", ")
	l := &listening{
		executor: newExecutor(p.actions, known, p.logger),
		server:   grpc.NewServer(options...),
		health:   health.NewServer(),
		ended:    make(chan error, 1),
	}
	l.service = newService(l.executor, p.unaryOnly)
	backstitchv1.RegisterParticipantServiceServer(l.server, l.service)
	grpc_health_v1.RegisterHealthServer(l.server, l.health)
	l.health.SetServingStatus(backstitchv1.ParticipantService_ServiceDesc.ServiceName, grpc_health_v1.HealthCheckResponse_SERVING)
	go func() { l.ended <- l.server.Serve(listener) }()
	p.listening = l
	return listener.Addr(), nil
}

// Serve listens at an address, as Listen does, until the context is done. It then stops, giving running calls 10 s.
// It returns nil when it has stopped, for which Stop is a reason too.
func (p *Participant) Serve(ctx context.Context, address string) (err error) {
	if _, err := p.Listen(address); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case err = <-p.listening.ended:
	}
	p.Stop(defaultGrace)
	return err
}

// Stop takes no more calls, lets those in flight end within the grace, then cancels the rest. It returns when every
// connection is closed. A participant that has stopped does not listen again.
func (p *Participant) Stop(grace time.Duration) {
	p.mu.Lock()
	l := p.listening
	p.mu.Unlock()
	if l != nil {
		// Whoever comes second waits for the first.
		l.stop.Do(func() { l.stopNow(grace) })
	}
}

func (l *listening) stopNow(grace time.Duration) {
	l.health.Shutdown()
	closed := make(chan struct{})
	go func() {
		l.server.GracefulStop()
		close(closed)
	}()
	over := time.NewTimer(grace)
	defer over.Stop()
	streams := l.service.drain()
	for _, done := range []<-chan struct{}{l.executor.whenIdle(), streams} {
		select {
		case <-done:
		case <-over.C:
			over.Reset(0)
		}
	}
	l.executor.abortAll()
	// A watcher of the health service never ends by itself, so the wait for connections is bounded.
	select {
	case <-closed:
	case <-time.After(closeWait):
	}
	l.server.Stop()
	<-closed
	l.executor.workers.stop()
}

func withHost(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && host == "" {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}
