package backstitch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// maxAnswerBytes holds any saga: 100 steps with their payloads.
const maxAnswerBytes = 64 << 20

// ClientTLS is how a client knows the orchestrator, and is known to it: the contents of PEM files.
type ClientTLS struct {
	// CA is the authority of the orchestrator's certificate. Nil: the system's own authorities.
	CA []byte
	// Cert and Key are the client's own certificate and its key, for an orchestrator that asks for one (mutual TLS).
	// Either both or none.
	Cert, Key []byte
}

func (t ClientTLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(t.CA) {
			return nil, errors.New("the CA has no certificate")
		}
	}
	if (t.Cert == nil) != (t.Key == nil) {
		return nil, errors.New("a client certificate needs its key, and a key its certificate")
	}
	if t.Cert != nil {
		pair, err := tls.X509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("the client certificate and its key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// connect opens nothing yet: the connection is made with the first call.
func connect(address string, settings clientSettings) (*grpc.ClientConn, error) {
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	transport := insecure.NewCredentials()
	if settings.tls != nil {
		config, err := settings.tls.config()
		if err != nil {
			return nil, err
		}
		transport = credentials.NewTLS(config)
	}
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxAnswerBytes)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		// Calls fail at once while a connection is not tried again, so that happens about as often as calls are repeated.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: firstPause, Multiplier: 2, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: callTimeout,
		}),
	}
	if settings.token != "" {
		// A line end that came along from a file would fail every call, and be hard to see.
		if strings.ContainsFunc(settings.token, isNoHeaderCharacter) {
			return nil, errors.New("the token has characters that no header can hold")
		}
		options = append(options, grpc.WithPerRPCCredentials(bearer(settings.token)))
	}
	return grpc.NewClient(address, options...)
}

func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" || port == "" {
		return fmt.Errorf("%q is not an address: give host:port", address)
	}
	return nil
}

func isNoHeaderCharacter(c rune) bool { return c <= ' ' || c > '~' }

// bearer is the token that goes with every call, also in plain text: between loopback addresses that is fine.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }
