package backstitch_test

import (
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/protobuf/proto"
)

func proveRegister(t *testing.T) {
	client := orchestrated(t)
	name := unique("register")
	builder := backstitch.Define(name).Call("work", "sdk.work").
		Call("beside", "sdk.work", backstitch.CallOptions{After: []string{}, Timeout: 1500 * time.Millisecond})
	message, err := builder.Build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := builder.JSON()
	if err != nil {
		t.Fatal(err)
	}
	first, created, err := client.Register(t.Context(), builder, backstitch.RegisterOptions{Identity: "ann"})
	if err != nil || !created || first.Version != 1 || !first.Latest || len(first.Digest) != 64 || first.RegisteredAt.IsZero() {
		t.Fatalf("got %+v, %v, %v", first, created, err)
	}
	if got := first.Definition; got.GetName() != name || got.GetSteps()[0].GetCall().GetAction() != "work" {
		t.Fatalf("got the definition %v", got)
	}
	for _, same := range []backstitch.DefinitionSource{
		backstitch.DefinitionMessage{SagaDefinition: message}, backstitch.DefinitionText(text),
	} {
		version, created, err := client.Register(t.Context(), same)
		if err != nil || created || version.Version != 1 || version.Digest != first.Digest {
			t.Fatalf("the same again is %+v, %v, %v", version, created, err)
		}
	}
	second, created, err := client.Register(t.Context(), builder.Sleep("rest", 1))
	if err != nil || !created || second.Version != 2 {
		t.Fatalf("other content is %+v, %v, %v", second, created, err)
	}

	faults, err := client.Validate(t.Context(), backstitch.DefinitionText("name: "+name+"\nsteps: []"))
	if err != nil || len(faults) != 1 || faults[0].Field != "definition.steps" && faults[0].Field != "steps" || faults[0].Rule == "" || faults[0].Message == "" {
		t.Fatalf("got %+v, %v", faults, err)
	}
	if faults, err = client.Validate(t.Context(), builder); err != nil || len(faults) != 0 {
		t.Fatalf("got %+v, %v", faults, err)
	}
	_, _, err = client.Register(t.Context(), backstitch.Define(name).Call("work", "nobody.work", backstitch.CallOptions{When: "input."}))
	if failure := wantCode(t, err, "INVALID_DEFINITION", "INVALID_ARGUMENT"); len(failure.Faults) != 2 {
		t.Fatalf("all faults are told at once; got %v", err)
	}
}

func TestADefinitionGoesAsTheFormItHas(t *testing.T) {
	var got *backstitchv1.RegisterDefinitionRequest
	client := scripted(t, &script{
		register: func(r *backstitchv1.RegisterDefinitionRequest) (*backstitchv1.RegisterDefinitionResponse, error) {
			got = r
			return &backstitchv1.RegisterDefinitionResponse{Created: true, Version: &backstitchv1.DefinitionVersion{Version: 3}}, nil
		},
	})
	send := func(source backstitch.DefinitionSource) *backstitchv1.RegisterDefinitionRequest {
		t.Helper()
		if _, _, err := client.Register(t.Context(), source); err != nil {
			t.Fatal(err)
		}
		return got
	}
	builder := backstitch.Define("order").Call("reserve", "inventory.reserve")
	message, _ := builder.Build()
	if r := send(builder); !proto.Equal(r.GetDefinition(), message) || r.GetRequestId() == "" {
		t.Errorf("got %v", r)
	}
	if r := send(backstitch.DefinitionMessage{SagaDefinition: message}); !proto.Equal(r.GetDefinition(), message) {
		t.Errorf("got %v", r)
	}
	if r := send(backstitch.DefinitionText("name: order")); r.GetText() != "name: order" {
		t.Errorf("got %v", r)
	}
	got = nil
	broken := backstitch.Define("order").Call("reserve", "inventory")
	if _, _, err := client.Register(t.Context(), broken); err == nil || got != nil {
		t.Errorf("what cannot be written down was sent: %v, %v", got, err)
	}
	if faults, err := client.Validate(t.Context(), broken); err != nil || len(faults) != 1 {
		t.Errorf("got %v, %v", faults, err)
	}
}
