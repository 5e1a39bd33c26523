package barrier

import (
	"encoding/json"
	"fmt"
)

// The rules of the barrier, without a database. A row stands for one effect and serves as its lock: whoever comes
// first, Do or Undo, inserts it, and everyone else waits for that transaction. Rules:
//
//	B1 a command that was answered gets the same answer again, and its handler does not run;
//	B2 an Undo whose Do never came is recorded and succeeds without its handler;
//	B3 a Do after its Undo (done, or accepted) is refused with UNDONE, whatever it was answered before, a refusal
//	   included: the saga has turned round, and no other answer would tell it;
//	B4 an Undo of a Do that was refused succeeds without its handler;
//	B5 otherwise the handler runs, and its answer is recorded in the same transaction;
//	B6 but a refusal of an Undo is not recorded: it is for a person to see to, and the Undo that they have tried again
//	   is to reach the handler.

// UndoneCode is the code of a Do that is refused because its Undo came first.
const UndoneCode = "UNDONE"

const (
	kindDone     = "done"
	kindRejected = "rejected"
	kindPending  = "pending"
)

// storedAnswer is an answer as it is kept. A technical failure is never kept: the transaction is rolled back. Payloads
// are JSON text.
type storedAnswer struct {
	Kind string `json:"kind"`
	// Of done; empty for an Undo.
	Output string `json:"output"`
	// Of rejected.
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Details *string `json:"details"`
}

// text writes an answer in the form that all languages read.
func (a storedAnswer) text() (string, error) {
	fields := map[string]string{"kind": a.Kind}
	switch a.Kind {
	case kindDone:
		fields["output"] = a.Output
	case kindRejected:
		fields["code"], fields["message"] = a.Code, a.Message
		if a.Details != nil {
			fields["details"] = *a.Details
		}
	}
	text, err := json.Marshal(fields)
	return string(text), err
}

// row is what is recorded of an effect; a direction that has not come is nil.
type row struct {
	do, undo *storedAnswer
}

// parse reads a stored answer.
func parse(text *string) (*storedAnswer, error) {
	if text == nil {
		return nil, nil
	}
	var stored storedAnswer
	if err := json.Unmarshal([]byte(*text), &stored); err != nil {
		return nil, fmt.Errorf("backstitch_barrier holds an answer that cannot be read: %w", err)
	}
	return &stored, nil
}

// decision is what to do with a command: run its handler, or give this answer, recording it if so said.
type decision struct {
	run    bool
	answer storedAnswer
	record bool
}

var (
	undone        = storedAnswer{Kind: kindRejected, Code: UndoneCode, Message: "the effect was undone before"}
	nothingToUndo = storedAnswer{Kind: kindDone}
)

// decideDo decides about a Do, given the row as it was before.
func decideDo(before row) decision {
	switch {
	case before.undo != nil:
		return decision{answer: undone, record: before.do == nil}
	case before.do != nil:
		return decision{answer: *before.do}
	}
	return decision{run: true}
}

// decideUndo decides about an Undo, as decideDo does about a Do.
func decideUndo(before row) decision {
	switch {
	case before.undo != nil:
		return decision{answer: *before.undo}
	case before.do == nil || before.do.Kind == kindRejected:
		return decision{answer: nothingToUndo, record: true}
	}
	return decision{run: true}
}

// isRecorded says whether an answer that a handler gave is kept.
func isRecorded(undo bool, answer storedAnswer) bool {
	return !undo || answer.Kind != kindRejected
}
