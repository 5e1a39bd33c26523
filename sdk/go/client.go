package backstitch

import (
	"fmt"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
)

// Client starts sagas, follows them and acts on them. Calls are repeated after transient failures with the same request
// id, so they take effect once. What the server or the way to it refuses is an *Error. A Client may be used by many
// goroutines at once.
//
// Methods take a struct of options last, which may be left out; where one is given twice they panic.
type Client struct {
	connection  *grpc.ClientConn
	namespace   string
	sagas       backstitchv1.SagaServiceClient
	definitions backstitchv1.DefinitionServiceClient
}

// ClientOption says how a client talks to the orchestrator.
type ClientOption func(*clientSettings)

type clientSettings struct {
	namespace string
	token     string
	tls       *ClientTLS
}

// WithNamespace has a client work in this namespace. Without it: "default".
func WithNamespace(namespace string) ClientOption {
	return func(s *clientSettings) { s.namespace = namespace }
}

// WithToken sends a bearer token with every call.
func WithToken(token string) ClientOption {
	return func(s *clientSettings) { s.token = token }
}

// WithClientTLS has a client speak TLS; ClientTLS{} does with the system's own authorities. Without it, it speaks plain
// text.
func WithClientTLS(tls ClientTLS) ClientOption {
	return func(s *clientSettings) { s.tls = &tls }
}

// NewClient makes a client of the orchestrator whose gRPC port is at this address, "host:port". The connection is made
// with the first call. It fails if the address is none, and where TLS is asked for in part or with files that are not
// what they should be.
func NewClient(address string, options ...ClientOption) (*Client, error) {
	var settings clientSettings
	for _, option := range options {
		option(&settings)
	}
	connection, err := connect(address, settings)
	if err != nil {
		return nil, fmt.Errorf("backstitch: no client for this orchestrator: %w", err)
	}
	return &Client{
		connection:  connection,
		namespace:   settings.namespace,
		sagas:       backstitchv1.NewSagaServiceClient(connection),
		definitions: backstitchv1.NewDefinitionServiceClient(connection),
	}, nil
}

// Close closes the connection. Calls under way fail.
func (c *Client) Close() error { return c.connection.Close() }
