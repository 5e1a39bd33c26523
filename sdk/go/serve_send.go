package backstitch

import (
	"runtime"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

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
