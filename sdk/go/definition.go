package backstitch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// DefinitionBuilder collects the steps of a definition. Its methods add one and return the builder itself, so that they
// can be written in a row or in a loop; each takes a struct of options last, which may be left out. What cannot be
// written down at all is told by Build, all faults at once; the rules of a definition are checked by the server: see
// Client.Validate.
type DefinitionBuilder struct {
	message *backstitchv1.SagaDefinition
	faults  []Fault
}

// Define begins a definition: Define("order").Call("reserve", "inventory.reserve").
func Define(name string, options ...DefinitionOptions) *DefinitionBuilder {
	o := given(options)
	b := &DefinitionBuilder{}
	b.message = &backstitchv1.SagaDefinition{
		Name:        name,
		Description: o.Description,
		Deadline:    toWireDuration(o.Deadline),
		Labels:      maps.Clone(o.Labels),
		Retention:   toWireDuration(o.Retention),
		Lock:        b.lock(o.Lock),
		Output:      b.mapping("definition.output", o.Output),
	}
	return b
}

// Call adds a call of a participant's action; the target is "participant.action".
func (b *DefinitionBuilder) Call(name, target string, options ...CallOptions) *DefinitionBuilder {
	o := given(options)
	step := &backstitchv1.Step{
		Name:  name,
		Kind:  &backstitchv1.Step_Call{Call: b.call(b.path("call"), target, o.rule())},
		Pivot: o.Pivot,
	}
	return b.add(step, stepOptions{o.After, o.When, o.OnFailure, o.GoBack})
}

// ForEach adds a call for each item of a list, which the CEL expression items gives. Every item has a Do and an Undo of
// its own. The target is "participant.action".
func (b *DefinitionBuilder) ForEach(name, items, target string, options ...ForEachOptions) *DefinitionBuilder {
	o := given(options)
	forEach := &backstitchv1.ForEach{
		Items:       items,
		Call:        b.call(b.path("for_each.call"), target, o.rule()),
		Concurrency: o.Concurrency,
	}
	step := &backstitchv1.Step{Name: name, Kind: &backstitchv1.Step_ForEach{ForEach: forEach}}
	return b.add(step, stepOptions{o.After, o.When, o.OnFailure, o.GoBack})
}

// Sleep adds a wait for a time.
func (b *DefinitionBuilder) Sleep(name string, duration time.Duration, options ...SleepOptions) *DefinitionBuilder {
	sleep := &backstitchv1.Sleep{Until: &backstitchv1.Sleep_Duration{Duration: wholeMilliseconds(duration)}}
	return b.sleep(name, sleep, given(options))
}

// SleepUntil adds a wait until a moment: a CEL expression that gives a timestamp.
func (b *DefinitionBuilder) SleepUntil(name, timestamp string, options ...SleepOptions) *DefinitionBuilder {
	sleep := &backstitchv1.Sleep{Until: &backstitchv1.Sleep_Timestamp{Timestamp: timestamp}}
	return b.sleep(name, sleep, given(options))
}

func (b *DefinitionBuilder) sleep(name string, sleep *backstitchv1.Sleep, o SleepOptions) *DefinitionBuilder {
	step := &backstitchv1.Step{Name: name, Kind: &backstitchv1.Step_Sleep{Sleep: sleep}}
	return b.add(step, stepOptions{o.After, o.When, o.OnFailure, o.GoBack})
}

// Await adds a wait for a signal.
func (b *DefinitionBuilder) Await(name, signal string, options ...AwaitOptions) *DefinitionBuilder {
	o := given(options)
	await := &backstitchv1.Await{
		Signal:    signal,
		Condition: o.Condition,
		Reject:    o.Reject,
		Timeout:   toWireDuration(o.Timeout),
	}
	step := &backstitchv1.Step{Name: name, Kind: &backstitchv1.Step_Await{Await: await}}
	return b.add(step, stepOptions{o.After, o.When, o.OnFailure, o.GoBack})
}

// Saga adds a step that runs another saga of this definition and waits for it. It is undone by compensating that saga.
func (b *DefinitionBuilder) Saga(name, definition string, options ...ChildSagaOptions) *DefinitionBuilder {
	o := given(options)
	child := &backstitchv1.ChildSaga{
		Definition: definition,
		Version:    o.Version,
		Input:      b.mapping(b.path("saga.input"), o.Input),
	}
	step := &backstitchv1.Step{Name: name, Kind: &backstitchv1.Step_Saga{Saga: child}}
	return b.add(step, stepOptions{o.After, o.When, o.OnFailure, o.GoBack})
}

// Build gives the definition as a message. It fails with all the faults of what cannot be written down: a target that is
// not "participant.action", a mapping that is no JSON, a value that there is not.
func (b *DefinitionBuilder) Build() (*backstitchv1.SagaDefinition, error) {
	if len(b.faults) > 0 {
		return nil, invalid("INVALID_DEFINITION", fmt.Sprintf("the definition %q has faults", b.message.GetName()), b.faults)
	}
	return proto.Clone(b.message).(*backstitchv1.SagaDefinition), nil
}

// JSON gives the definition as ProtoJSON, ready for a JSON or YAML file. It fails as Build does.
func (b *DefinitionBuilder) JSON() ([]byte, error) {
	message, err := b.Build()
	if err != nil {
		return nil, err
	}
	text, err := protojson.Marshal(message)
	if err != nil {
		return nil, err
	}
	// protojson's own spaces differ from build to build.
	var indented bytes.Buffer
	err = json.Indent(&indented, text, "", "  ")
	return indented.Bytes(), err
}

func (b *DefinitionBuilder) source() (definitionSource, error) {
	message, err := b.Build()
	return definitionSource{message: message}, err
}

// path is where something stands in the step that is being added.
func (b *DefinitionBuilder) path(rest string) string {
	return fmt.Sprintf("definition.steps[%d].%s", len(b.message.GetSteps()), rest)
}

func (b *DefinitionBuilder) fault(field, rule, message string) {
	b.faults = append(b.faults, Fault{Field: field, Rule: rule, Message: message})
}

func splitTarget(target string) (participant, action string, ok bool) {
	participant, action, _ = strings.Cut(target, ".")
	return participant, action, participant != "" && action != ""
}
