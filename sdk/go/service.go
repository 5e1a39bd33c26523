package backstitch

import (
	"sync"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// service is ParticipantService over an executor.
type service struct {
	backstitchv1.UnimplementedParticipantServiceServer
	executor  *executor
	unaryOnly bool

	mu       sync.Mutex
	draining bool
	streams  map[*servedStream]struct{}
	// ended counts the streams down.
	ended sync.WaitGroup
}

func newService(e *executor, unaryOnly bool) *service {
	return &service{executor: e, unaryOnly: unaryOnly, streams: map[*servedStream]struct{}{}}
}

// Serve takes many commands over one stream until that ends.
func (s *service) Serve(stream grpc.BidiStreamingServer[backstitchv1.ServeRequest, backstitchv1.ServeResponse]) error {
	if s.unaryOnly {
		return status.Error(codes.Unimplemented, "this participant serves unary calls only")
	}
	served := newServedStream(s.executor, stream)
	s.mu.Lock()
	s.streams[served] = struct{}{}
	if s.draining {
		served.drain()
	} else {
		s.ended.Add(1)
		defer s.ended.Done()
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.streams, served)
	}()
	return served.serve()
}

// drain asks every stream to end. The result is closed when those that were open have ended.
func (s *service) drain() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draining = true
	for stream := range s.streams {
		stream.drain()
	}
	ended := make(chan struct{})
	go func() {
		s.ended.Wait()
		close(ended)
	}()
	return ended
}
