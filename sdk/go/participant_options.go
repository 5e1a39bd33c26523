package backstitch

import (
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

const (
	// maxMessageBytes is the largest message, either way: a payload may have 256 KiB, and messages hold many.
	maxMessageBytes = 5 << 20
	// windowBytes is what a peer may send ahead. Fixed, it spares the pings with which it would be estimated.
	windowBytes = 1 << 20
)

// Option says how a participant runs.
type Option func(*Participant)

// WithLogger reports handlers' failures, never payloads. Without it, or with nil, they are reported nowhere.
func WithLogger(logger *slog.Logger) Option {
	return func(p *Participant) {
		if logger != nil {
			p.logger = logger
		}
	}
}

// WithTLS has the participant speak TLS. Without it, it speaks plain text.
func WithTLS(tls ParticipantTLS) Option {
	return func(p *Participant) { p.tls = &tls }
}

// WithoutServe offers no Serve stream beside the unary calls.
func WithoutServe() Option {
	return func(p *Participant) { p.unaryOnly = true }
}

func (p *Participant) serverOptions() ([]grpc.ServerOption, error) {
	options := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxSendMsgSize(maxMessageBytes),
		grpc.InitialWindowSize(windowBytes),
		grpc.InitialConnWindowSize(windowBytes),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		// Peers ping every 10 s or less often; gRPC would throw them out for more than one in five minutes.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
	}
	if p.tls == nil {
		return options, nil
	}
	config, err := p.tls.config()
	if err != nil {
		return nil, fmt.Errorf("backstitch: %q: %w", p.name, err)
	}
	return append(options, grpc.Creds(credentials.NewTLS(config))), nil
}
