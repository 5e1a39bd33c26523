package backstitch

import (
	"errors"
	"io"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc/codes"
)

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
		// The next attempt of a cancelled call may be in the same message, and must not join it.
		for _, id := range request.Cancel {
			s.cancel(id)
		}
		for _, wire := range request.Commands {
			s.accept(wire, now)
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
