package backstitch

import (
	"sync"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
)

const (
	// messageBytes is where a message is closed and another one begun: a result of the largest size still fits under 1 MiB.
	messageBytes = 512 << 10
	// resultBytes is what a result without payload takes at most, roughly.
	resultBytes = 32
	// maxInFlight is how many commands of one stream may be unanswered before no more are read. Orchestrators keep far fewer.
	maxInFlight = 4096
	// linger is how long a draining stream stays for commands that were under way.
	linger = 100 * time.Millisecond
)

type serveStream = grpc.BidiStreamingServer[backstitchv1.ServeRequest, backstitchv1.ServeResponse]

// servedStream is a Serve stream: commands in, results out, many per message. Rules:
//
//	S1 results that are ready together leave together, in messages of bounded size: whatever came while one was sent;
//	S2 while the peer does not take what was written, or too much is in flight, nothing more is read;
//	S3 a cancelled command is answered no more; its call is aborted if nobody else waits for it;
//	S4 a stream that drains says so, goes on answering, and ends once nothing is in flight and either the peer has
//	   closed its side or a moment has passed in which commands under way could arrive.
type servedStream struct {
	executor *executor
	stream   serveStream
	// wake tells the sender that something has changed.
	wake chan struct{}

	mu      sync.Mutex
	waiting map[uint64]*streamWaiter
	results []*backstitchv1.CommandResult
	// bytes is the size of the results, and of those being sent.
	bytes int
	// room tells the reader that something was sent or answered.
	room       sync.Cond
	draining   bool
	drainSaid  bool
	lingered   bool
	peerClosed bool
	over       bool
	readError  error
}

func newServedStream(e *executor, stream serveStream) *servedStream {
	s := &servedStream{executor: e, stream: stream, wake: make(chan struct{}, 1), waiting: map[uint64]*streamWaiter{}}
	s.room.L = &s.mu
	return s
}

// serve reads and sends until the stream is over.
func (s *servedStream) serve() error {
	go s.read()
	defer s.finish()
	for {
		select {
		case <-s.wake:
		case <-s.stream.Context().Done():
			return s.stream.Context().Err()
		}
		s.gather()
		for {
			message, ended, err := s.next()
			if err != nil || ended {
				return err
			}
			if message == nil {
				break
			}
			if err := s.stream.Send(message); err != nil {
				return err
			}
			s.sent(message)
		}
	}
}

// drain tells the peer to send no more, and ends the stream when its commands are answered.
func (s *servedStream) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return
	}
	s.draining = true
	s.notify()
	time.AfterFunc(linger, func() {
		s.mu.Lock()
		s.lingered = true
		s.mu.Unlock()
		s.notify()
	})
}

// finish leaves the calls that nobody is told of any more.
func (s *servedStream) finish() {
	s.mu.Lock()
	s.over = true
	var left []*streamWaiter
	for _, w := range s.waiting {
		// One that has no call yet is left where it gets it.
		if w.call != nil {
			left = append(left, w)
		}
	}
	clear(s.waiting)
	s.room.Signal()
	s.mu.Unlock()
	for _, w := range left {
		w.call.leave(w)
	}
}

func (s *servedStream) notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
