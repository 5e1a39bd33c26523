package faults

import (
	"context"
	"errors"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

// suffering gives an action whose Do answers as told and counts its runs, with these faults in every call.
func suffering(t *testing.T, always string, answer error) (backstitch.Action[struct{}, int], *int) {
	t.Helper()
	parsed, err := Parse(always)
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	work := func() (int, error) {
		runs++
		return runs, answer
	}
	return Wrap("act", parsed, backstitch.Action[struct{}, int]{
		Do:   func(context.Context, struct{}) (int, error) { return work() },
		Undo: func(context.Context, backstitch.Undo[struct{}, int]) error { _, err := work(); return err },
	}), &runs
}

func attempt(number uint32, own string) context.Context {
	command := backstitch.Command{Attempt: number}
	if own != "" {
		command.Metadata = map[string]string{Key: own}
	}
	return backstitch.WithCommand(context.Background(), command)
}

func TestAFaultHitsSoManyAttemptsOfItsDirection(t *testing.T) {
	action, runs := suffering(t, `{"act": {"fail": 2}}`, nil)
	for number, fails := range map[uint32]bool{1: true, 2: true, 3: false} {
		if _, err := action.Do(attempt(number, ""), struct{}{}); (err != nil) != fails {
			t.Errorf("attempt %d: %v", number, err)
		}
	}
	if err := action.Undo(attempt(1, ""), backstitch.Undo[struct{}, int]{}); err != nil || *runs != 2 {
		t.Errorf("the Undo: %v, %d runs", err, *runs)
	}
}

func TestASagasOwnFaultsAreMergedWithThoseOfEveryCall(t *testing.T) {
	action, runs := suffering(t, `{"act.undo": {"fail": 1, "twice": true}}`, nil)
	undo := backstitch.Undo[struct{}, int]{}
	if err := action.Undo(attempt(1, `{"act.undo": {"fail": 0}}`), undo); err != nil || *runs != 2 {
		t.Errorf("%v, %d runs", err, *runs)
	}
	if err := action.Undo(attempt(1, `[`), undo); err == nil {
		t.Error("faults that are no object are taken")
	}
}

func TestARefusalByASwitchComesBeforeAnythingIsDone(t *testing.T) {
	action, runs := suffering(t, `{"act": {"reject": "CLOSED", "delay_ms": 1}}`, nil)
	_, err := action.Do(attempt(1, ""), struct{}{})
	var rejected *backstitch.RejectedError
	if !errors.As(err, &rejected) || rejected.Code != "CLOSED" || *runs != 0 {
		t.Errorf("%v, %d runs", err, *runs)
	}
	action, runs = suffering(t, `{"act": {"fail_until": "2999-01-01T00:00:00Z"}}`, nil)
	if _, err := action.Do(attempt(1, ""), struct{}{}); err == nil || *runs != 0 {
		t.Errorf("%v, %d runs", err, *runs)
	}
}

func TestAnAnswerThatHangsIsGivenUpOnceNobodyWaitsForIt(t *testing.T) {
	action, runs := suffering(t, `{"act": {"hang": 1, "slow_answer_ms": 1}}`, backstitch.Pending())
	ctx, cancel := context.WithTimeout(attempt(1, ""), 20*time.Millisecond)
	defer cancel()
	_, err := action.Do(ctx, struct{}{})
	var pending *backstitch.PendingError
	if err == nil || errors.As(err, &pending) || ctx.Err() == nil || *runs != 1 {
		t.Errorf("%v, %d runs", err, *runs)
	}
	if _, err := action.Do(attempt(2, ""), struct{}{}); !errors.As(err, &pending) {
		t.Errorf("the next attempt: %v", err)
	}
}

func TestWhatFailsByItselfSuffersNoFaultOfAnAnswer(t *testing.T) {
	broken := errors.New("broken")
	action, runs := suffering(t, `{"act": {"hang": 9, "twice": true, "die": 9}}`, broken)
	if _, err := action.Do(attempt(1, ""), struct{}{}); !errors.Is(err, broken) || *runs != 1 {
		t.Errorf("%v, %d runs", err, *runs)
	}
}
