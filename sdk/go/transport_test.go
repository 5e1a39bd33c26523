package backstitch_test

import (
	"context"
	"os"
	"strings"
	"testing"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc/metadata"
)

func proveClientTLS(t *testing.T) {
	address, token := setting(t, "BACKSTITCH_TLS_ADDRESS"), setting(t, "BACKSTITCH_TOKEN")
	pem := func(name string) []byte {
		text, err := os.ReadFile(setting(t, name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	ca, cert, key := pem("BACKSTITCH_TLS_CA"), pem("BACKSTITCH_TLS_CERT"), pem("BACKSTITCH_TLS_KEY")
	// What came of a call with these credentials: the orchestrator's answer, or not even that.
	reach := func(options ...backstitch.ClientOption) string {
		t.Helper()
		_, err := newClient(t, address, options...).Get(t.Context(), unique("ghost"))
		failure, ok := err.(*backstitch.Error)
		if !ok {
			t.Fatalf("got %v", err)
		}
		return failure.Code
	}
	full := backstitch.ClientTLS{CA: ca, Cert: cert, Key: key}
	for _, test := range []struct {
		how     string
		options []backstitch.ClientOption
		want    string
	}{
		{"certificate and token", []backstitch.ClientOption{backstitch.WithClientTLS(full), backstitch.WithToken(token)}, "SAGA_NOT_FOUND"},
		{"no token", []backstitch.ClientOption{backstitch.WithClientTLS(full)}, "UNAUTHENTICATED"},
		{"another token", []backstitch.ClientOption{backstitch.WithClientTLS(full), backstitch.WithToken("other")}, "UNAUTHENTICATED"},
		{"no certificate", []backstitch.ClientOption{backstitch.WithClientTLS(backstitch.ClientTLS{CA: ca}), backstitch.WithToken(token)}, "UNAVAILABLE"},
		{"the system's authorities", []backstitch.ClientOption{backstitch.WithClientTLS(backstitch.ClientTLS{Cert: cert, Key: key}), backstitch.WithToken(token)}, "UNAVAILABLE"},
		{"plain text", []backstitch.ClientOption{backstitch.WithToken(token)}, "UNAVAILABLE"},
	} {
		if got := reach(test.options...); got != test.want {
			t.Errorf("with %s the answer is %s, not %s", test.how, got, test.want)
		}
	}
}

func TestATokenGoesWithEveryCall(t *testing.T) {
	var got []string
	client := scripted(t, &script{
		getSaga: func(ctx context.Context, _ *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
			got = metadata.ValueFromIncomingContext(ctx, "authorization")
			return &backstitchv1.GetSagaResponse{Saga: running}, nil
		},
	}, backstitch.WithToken("t0k"))
	if _, err := client.Get(t.Context(), "s1"); err != nil || len(got) != 1 || got[0] != "Bearer t0k" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAnAnswerMayBeLargerThanGrpcsOwnLimit(t *testing.T) {
	large := strings.Repeat("x", 8<<20)
	client := scripted(t, &script{
		getSaga: func(context.Context, *backstitchv1.GetSagaRequest) (*backstitchv1.GetSagaResponse, error) {
			return &backstitchv1.GetSagaResponse{Saga: &backstitchv1.Saga{SagaId: large}}, nil
		},
	})
	if saga, err := client.Get(t.Context(), "s1"); err != nil || len(saga.SagaID) != len(large) {
		t.Error(err)
	}
}

func TestWhatAClientCannotBeMadeOfIsRefusedRatherThanLeftOut(t *testing.T) {
	pem := []byte("pem")
	for _, test := range []struct {
		address string
		option  backstitch.ClientOption
		says    string
	}{
		{"", backstitch.WithNamespace(""), "host:port"},
		{"localhost", backstitch.WithNamespace(""), "host:port"},
		{"http://localhost:7070", backstitch.WithNamespace(""), "host:port"},
		{"a:1", backstitch.WithToken("secret\n"), "token"},
		{"a:1", backstitch.WithClientTLS(backstitch.ClientTLS{CA: pem}), "CA"},
		{"a:1", backstitch.WithClientTLS(backstitch.ClientTLS{Cert: pem}), "key"},
		{"a:1", backstitch.WithClientTLS(backstitch.ClientTLS{Key: pem}), "certificate"},
		{"a:1", backstitch.WithClientTLS(backstitch.ClientTLS{Cert: pem, Key: pem}), "certificate"},
	} {
		client, err := backstitch.NewClient(test.address, test.option)
		if err == nil || client != nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v", test.address, err)
		}
	}
}
