package backstitch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// ParticipantTLS is how a participant is known to its callers, and they to it: the contents of PEM files.
type ParticipantTLS struct {
	// Cert is the participant's certificate, for the name that the orchestrator calls it by, and Key its key.
	Cert, Key []byte
	// ClientCA is the authority of callers' certificates. Given: they must show one (mutual TLS).
	ClientCA []byte
}

func (t ParticipantTLS) config() (*tls.Config, error) {
	pair, err := tls.X509KeyPair(t.Cert, t.Key)
	if err != nil {
		return nil, fmt.Errorf("the certificate and its key: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if t.ClientCA != nil {
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(t.ClientCA) {
			return nil, errors.New("the client CA has no certificate")
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}
