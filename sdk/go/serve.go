package backstitch

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
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

// gather lets handlers that are about to end do so before the sender goes on, for as long as that brings results: one
// message with many costs little more than one with a single result.
func (s *servedStream) gather() {
	for before := -1; ; {
		s.mu.Lock()
		ready, waiting := len(s.results), len(s.waiting)
		s.mu.Unlock()
		if ready == before || waiting == 0 {
			return
		}
		before = ready
		runtime.Gosched()
	}
}

// next takes the next message to send, if there is one; or says that the stream has come to its end.
func (s *servedStream) next() (message *backstitchv1.ServeResponse, ended bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readError != nil {
		return nil, false, s.readError
	}
	if len(s.results) == 0 && (!s.draining || s.drainSaid) {
		answered := len(s.waiting) == 0
		return nil, answered && (s.peerClosed || s.drainSaid && s.lingered), nil
	}
	s.drainSaid = s.draining
	return &backstitchv1.ServeResponse{Results: s.take(), Draining: s.draining}, false, nil
}

// take removes as many results as fit into a message.
func (s *servedStream) take() []*backstitchv1.CommandResult {
	count, bytes := 0, 0
	for count < len(s.results) && bytes < messageBytes {
		bytes += sizeOf(s.results[count])
		count++
	}
	taken := s.results[:count:count]
	s.results = s.results[count:]
	if len(s.results) == 0 {
		s.results = nil
	}
	return taken
}

func (s *servedStream) sent(message *backstitchv1.ServeResponse) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, result := range message.Results {
		s.bytes -= sizeOf(result)
	}
	s.room.Signal()
}

// read takes commands until the peer has no more or the stream breaks.
func (s *servedStream) read() {
	for {
		request, err := s.stream.Recv()
		if err != nil {
			s.mu.Lock()
			if errors.Is(err, io.EOF) {
				s.peerClosed = true
			} else {
				s.readError = err
			}
			s.mu.Unlock()
			s.notify()
			return
		}
		now := time.Now()
		for _, wire := range request.Commands {
			s.accept(wire, now)
		}
		for _, id := range request.Cancel {
			s.cancel(id)
		}
		if !s.waitForRoom() {
			return
		}
	}
}

func (s *servedStream) waitForRoom() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.over && (len(s.waiting) >= maxInFlight || s.bytes >= messageBytes) {
		s.room.Wait()
	}
	return !s.over
}

func (s *servedStream) accept(wire *backstitchv1.Command, now time.Time) {
	w := &streamWaiter{stream: s, id: wire.CorrelationId}
	s.mu.Lock()
	_, taken := s.waiting[w.id]
	if s.over || taken {
		// Two answers under one id could not be told apart: the first command keeps it.
		s.mu.Unlock()
		return
	}
	s.waiting[w.id] = w
	s.mu.Unlock()
	if wire.Direction == backstitchv1.Direction_DIRECTION_UNSPECIFIED {
		refuse(w, codes.InvalidArgument, "the command has no direction")
		return
	}
	running := s.executor.run(command{
		Command:  commandOf(wire.Context),
		undo:     wire.Direction == backstitchv1.Direction_DIRECTION_BACKWARD,
		input:    wire.Input,
		doInput:  wire.DoInput,
		doOutput: wire.DoOutput,
		deadline: deadlineOf(wire.Context, now),
	}, w)
	s.mu.Lock()
	w.call = running
	left := s.over
	s.mu.Unlock()
	if left && running != nil {
		running.leave(w)
	}
}

// cancel is called by the reader alone, so that the command's call is known.
func (s *servedStream) cancel(id uint64) {
	s.mu.Lock()
	w := s.waiting[id]
	delete(s.waiting, id)
	s.mu.Unlock()
	if w == nil {
		return
	}
	if w.call != nil {
		w.call.leave(w)
	}
	s.notify()
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

// streamWaiter waits for the outcome of one command of a stream.
type streamWaiter struct {
	stream *servedStream
	id     uint64
	call   *call
}

func (w *streamWaiter) answer(out *outcome) {
	s := w.stream
	result := toResult(w.id, out)
	s.mu.Lock()
	if s.waiting[w.id] != w {
		s.mu.Unlock()
		return
	}
	delete(s.waiting, w.id)
	s.results = append(s.results, result)
	s.bytes += sizeOf(result)
	s.room.Signal()
	s.mu.Unlock()
	s.notify()
}

func (w *streamWaiter) gone() bool { return w.stream.stream.Context().Err() != nil }
