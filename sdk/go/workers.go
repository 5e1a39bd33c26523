package backstitch

import "sync"

// maxIdle is how many goroutines are kept for later calls.
const maxIdle = 256

// workers runs calls in goroutines, as many as there are handlers that take their time. A goroutine that has ended one
// call takes the next: that spares growing a new one's stack, and waking another for a handler that is over at once.
// While calls are queued, some goroutine is always on its way to them, so a handler that blocks holds up none.
type workers struct {
	mu sync.Mutex
	// queue has the calls from head on.
	queue []*call
	head  int
	// onTheWay: a goroutine was woken or started and has not yet looked at the queue.
	onTheWay bool
	idle     int
	wake     sync.Cond
	stopped  bool
}

func newWorkers() *workers {
	w := &workers{}
	w.wake.L = &w.mu
	return w
}

// run has a call performed.
func (w *workers) run(c *call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = append(w.queue, c)
	if !w.onTheWay {
		w.fetch()
	}
}

// fetch sets another goroutine on its way. The caller holds mu.
func (w *workers) fetch() {
	w.onTheWay = true
	if w.idle > 0 {
		w.idle--
		w.wake.Signal()
	} else {
		go w.loop()
	}
}

func (w *workers) loop() {
	w.mu.Lock()
	for arrived := true; ; {
		if arrived {
			w.onTheWay = false
		}
		c := w.take()
		if c == nil {
			if w.stopped || w.idle == maxIdle {
				w.mu.Unlock()
				return
			}
			w.idle++
			w.wake.Wait()
			arrived = true
			continue
		}
		if w.head < len(w.queue) && !w.onTheWay {
			w.fetch()
		}
		w.mu.Unlock()
		c.perform()
		w.mu.Lock()
		arrived = false
	}
}

// take gives the call that has waited longest, or nil.
func (w *workers) take() *call {
	if w.head == len(w.queue) {
		return nil
	}
	c := w.queue[w.head]
	w.queue[w.head] = nil
	w.head++
	if w.head == len(w.queue) {
		w.queue, w.head = w.queue[:0], 0
	}
	return c
}

// stop ends the goroutines that have nothing to do, now and later.
func (w *workers) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
	w.idle = 0
	w.wake.Broadcast()
}
