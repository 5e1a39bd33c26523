package backstitch

import (
	"context"
	"errors"
	"time"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
)

// DefinitionSource is a definition in one of its forms: a builder, a DefinitionText, or a DefinitionMessage.
type DefinitionSource interface {
	source() (definitionSource, error)
}

// DefinitionText is a definition as YAML or JSON.
type DefinitionText string

// DefinitionMessage is a definition as a message.
type DefinitionMessage struct {
	*backstitchv1.SagaDefinition
}

// definitionSource is either a message or a text.
type definitionSource struct {
	message *backstitchv1.SagaDefinition
	text    string
}

func (t DefinitionText) source() (definitionSource, error) {
	return definitionSource{text: string(t)}, nil
}

func (m DefinitionMessage) source() (definitionSource, error) {
	return definitionSource{message: m.SagaDefinition}, nil
}

// DefinitionVersion is a registered version of a definition.
type DefinitionVersion struct {
	Namespace  string
	Definition *backstitchv1.SagaDefinition
	// Version counts from 1 within the name.
	Version uint32
	// Latest: a saga that asks for no version gets this one.
	Latest bool
	// Digest is the SHA-256 of the canonical JSON, in hexadecimal.
	Digest       string
	RegisteredAt time.Time
}

// RegisterOptions says who registers a definition.
type RegisterOptions struct {
	Identity string
	// RequestID is the idempotency key. Default: a random one.
	RequestID string
}

// Register registers a definition and makes it the latest. created is false where the same content was there already.
func (c *Client) Register(ctx context.Context, definition DefinitionSource, options ...RegisterOptions) (version *DefinitionVersion, created bool, err error) {
	o := given(options)
	source, err := definition.source()
	if err != nil {
		return nil, false, err
	}
	request := &backstitchv1.RegisterDefinitionRequest{
		Namespace: c.namespace,
		RequestId: requestIDOr(o.RequestID),
		Identity:  o.Identity,
	}
	if source.message != nil {
		request.Source = &backstitchv1.RegisterDefinitionRequest_Definition{Definition: source.message}
	} else {
		request.Source = &backstitchv1.RegisterDefinitionRequest_Text{Text: source.text}
	}
	answer, err := invoke(ctx, c.definitions.RegisterDefinition, request, 0)
	if err != nil {
		return nil, false, err
	}
	wire := answer.GetVersion()
	if wire == nil {
		return nil, false, incomplete()
	}
	return &DefinitionVersion{
		Namespace:    wire.GetNamespace(),
		Definition:   wire.GetDefinition(),
		Version:      wire.GetVersion(),
		Latest:       wire.GetLatest(),
		Digest:       wire.GetDigest(),
		RegisteredAt: timeOf(wire.GetRegisteredAt()),
	}, answer.GetCreated(), nil
}

// Validate gives all the faults of a definition; none: it can be registered.
func (c *Client) Validate(ctx context.Context, definition DefinitionSource) ([]Fault, error) {
	source, err := definition.source()
	var broken *Error
	if errors.As(err, &broken) {
		return broken.Faults, nil
	}
	if err != nil {
		return nil, err
	}
	request := &backstitchv1.ValidateDefinitionRequest{Namespace: c.namespace}
	if source.message != nil {
		request.Source = &backstitchv1.ValidateDefinitionRequest_Definition{Definition: source.message}
	} else {
		request.Source = &backstitchv1.ValidateDefinitionRequest_Text{Text: source.text}
	}
	answer, err := invoke(ctx, c.definitions.ValidateDefinition, request, 0)
	if err != nil {
		return nil, err
	}
	return faultsOf(answer.GetFaults()), nil
}
