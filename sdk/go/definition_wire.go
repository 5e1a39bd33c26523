package backstitch

import (
	"fmt"
	"slices"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/types/known/structpb"
)

// stepOptions is what every kind of step can say.
type stepOptions struct {
	after     []string
	when      string
	onFailure OnFailure
	goBack    *GoBack
}

// callRule is how a participant is called.
type callRule struct {
	input             any
	timeout           time.Duration
	retry             *Retry
	undo              *UndoRule
	completionTimeout time.Duration
	heartbeatTimeout  time.Duration
}

func (o CallOptions) rule() callRule {
	return callRule{o.Input, o.Timeout, o.Retry, o.Undo, o.CompletionTimeout, o.HeartbeatTimeout}
}

func (o ForEachOptions) rule() callRule {
	return callRule{o.Input, o.Timeout, o.Retry, o.Undo, o.CompletionTimeout, o.HeartbeatTimeout}
}

func (b *DefinitionBuilder) add(step *backstitchv1.Step, o stepOptions) *DefinitionBuilder {
	if o.after != nil {
		step.After = &backstitchv1.Dependencies{Steps: slices.Clone(o.after)}
	}
	step.When = o.when
	step.OnFailure = backstitchv1.OnFailure(b.enum(b.path("on_failure"), "ON_FAILURE_", string(o.onFailure), backstitchv1.OnFailure_value))
	if back := o.goBack; back != nil {
		step.GoBack = &backstitchv1.GoBack{To: back.To, Times: back.Times, Codes: slices.Clone(back.Codes)}
	}
	b.message.Steps = append(b.message.Steps, step)
	return b
}

func (b *DefinitionBuilder) call(path, target string, rule callRule) *backstitchv1.Call {
	participant, action, ok := splitTarget(target)
	if !ok {
		b.fault(path, "pattern", fmt.Sprintf("%q is not \"participant.action\"", target))
	}
	return &backstitchv1.Call{
		Participant:       participant,
		Action:            action,
		Input:             b.mapping(path+".input", rule.input),
		Timeout:           toWireDuration(rule.timeout),
		Retry:             retryOf(rule.retry),
		Undo:              b.undo(path+".undo", rule.undo),
		CompletionTimeout: toWireDuration(rule.completionTimeout),
		HeartbeatTimeout:  toWireDuration(rule.heartbeatTimeout),
	}
}

func (b *DefinitionBuilder) undo(path string, rule *UndoRule) *backstitchv1.Undo {
	switch {
	case rule == nil:
		return nil
	case rule.none:
		return &backstitchv1.Undo{Way: &backstitchv1.Undo_None{None: &backstitchv1.NoUndo{}}}
	}
	return &backstitchv1.Undo{Way: &backstitchv1.Undo_With{With: &backstitchv1.UndoCall{
		Input:   b.mapping(path+".with.input", rule.Input),
		Timeout: toWireDuration(rule.Timeout),
		Retry:   retryOf(rule.Retry),
	}}}
}

func retryOf(retry *Retry) *backstitchv1.RetryPolicy {
	if retry == nil {
		return nil
	}
	policy := &backstitchv1.RetryPolicy{
		MaxAttempts: retry.MaxAttempts,
		Initial:     toWireDuration(retry.Initial),
		Multiplier:  retry.Multiplier,
		Max:         toWireDuration(retry.Max),
	}
	for _, delay := range retry.Schedule {
		policy.Schedule = append(policy.Schedule, wholeMilliseconds(delay))
	}
	return policy
}

func (b *DefinitionBuilder) lock(lock *Lock) *backstitchv1.Lock {
	if lock == nil {
		return nil
	}
	whenHeld := b.enum("definition.lock.when_held", "WHEN_HELD_", string(lock.WhenHeld), backstitchv1.WhenHeld_value)
	return &backstitchv1.Lock{Key: lock.Key, Name: lock.Name, WhenHeld: backstitchv1.WhenHeld(whenHeld)}
}

// mapping gives nil where there is none.
func (b *DefinitionBuilder) mapping(path string, mapping any) *structpb.Value {
	if mapping == nil {
		return nil
	}
	value, faults := jsonFrom(path, mapping)
	b.faults = append(b.faults, faults...)
	return value
}

// enum gives the number of a short name; 0 where there is none.
func (b *DefinitionBuilder) enum(path, prefix, name string, numbers map[string]int32) int32 {
	if name == "" {
		return 0
	}
	number, known := numbers[prefix+name]
	if !known {
		b.fault(path, "unknown_value", fmt.Sprintf("there is no %q", name))
	}
	return number
}
