package backstitch

import (
	"context"
	"io"
	"iter"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc"
)

const (
	// callTimeout is what a call may take beyond the time it asks the server to wait.
	callTimeout = 15 * time.Second
	// maxAttempts is how often a call is made until a transient failure counts as one that lasts.
	maxAttempts = 5
	// firstPause is the longest pause after the first failure; it doubles from there.
	firstPause = 100 * time.Millisecond
	// leastPause stands between two waits, should a server answer at once.
	leastPause = 100 * time.Millisecond
)

// invoke makes a call, again after a transient failure: every request is idempotent, by nature or by its request id.
// wait is how long the server is asked to take.
func invoke[Request, Response any](
	ctx context.Context,
	method func(context.Context, Request, ...grpc.CallOption) (Response, error),
	request Request,
	wait time.Duration,
) (Response, error) {
	for failures := 0; ; failures++ {
		attempt, cancel := context.WithTimeout(ctx, wait+callTimeout)
		response, err := method(attempt, request)
		cancel()
		if err == nil {
			return response, nil
		}
		if err := pauseOrFail(ctx, err, failures); err != nil {
			return response, err
		}
	}
}

// resumed reads a stream, opened anew where it breaks or ends, for as long as its reader wants it. A failure before its
// first message is one of a call; after that no transient one ends it.
func resumed[Message any](
	ctx context.Context,
	open func(context.Context) (grpc.ServerStreamingClient[Message], error),
) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		connected := false
		for failures := 0; ; {
			left := false
			err := readStream(ctx, open, func(message *Message) bool {
				failures, connected = 0, true
				left = !yield(message, nil)
				return !left
			})
			if left {
				return
			}
			if err == nil {
				pause(ctx, leastPause)
				continue
			}
			if connected {
				failures = min(failures, maxAttempts-2)
			}
			if err := pauseOrFail(ctx, err, failures); err != nil {
				yield(nil, err)
				return
			}
			failures++
		}
	}
}

// readStream hands over each message until the stream ends or one is not wanted any more. Nil: it ended well, or so.
func readStream[Message any](
	ctx context.Context,
	open func(context.Context) (grpc.ServerStreamingClient[Message], error),
	take func(*Message) bool,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := open(ctx)
	if err != nil {
		return err
	}
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !take(message) {
			return nil
		}
	}
}

// pauseOrFail waits before the next attempt, or returns the Error if there should be none.
func pauseOrFail(ctx context.Context, err error, failures int) error {
	if ctx.Err() != nil || !isTransient(err) || failures+1 >= maxAttempts {
		return errorFrom(ctx, err)
	}
	// Full jitter.
	pause(ctx, rand.N(firstPause<<failures))
	if ctx.Err() != nil {
		return errorFrom(ctx, err)
	}
	return nil
}

// pause waits; no longer than the context allows.
func pause(ctx context.Context, duration time.Duration) {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
