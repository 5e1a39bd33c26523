package conformance

import "sync"

// effectCounts is what is counted of one effect.
type effectCounts struct {
	// Runs and UndoRuns say how often the Do and the Undo of bare were begun.
	Runs     int `json:"runs"`
	UndoRuns int `json:"undo_runs"`
	// Aborted says how many handlers of this effect saw their context cancelled.
	Aborted int `json:"aborted"`
}

// counts counts in memory: a restart forgets it.
type counts struct {
	mu       sync.Mutex
	byEffect map[string]effectCounts
}

// add changes the counts of an effect and gives them.
func (c *counts) add(effect string, change func(*effectCounts)) effectCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	counted := c.byEffect[effect]
	change(&counted)
	c.byEffect[effect] = counted
	return counted
}

func (c *counts) of(effect string) effectCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byEffect[effect]
}

func (c *counts) onAborted(effect string) func() {
	return func() { c.add(effect, func(e *effectCounts) { e.Aborted++ }) }
}
