package backstitch_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// authority signs certificates.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.pem, _ = a.sign(template)
	return a
}

// issue gives a certificate for the loopback interface, and its key.
func (a *authority) issue() (cert, key []byte) {
	return a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
}

func (a *authority) sign(template *x509.Certificate) (cert, key []byte) {
	a.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	if a.cert == nil {
		a.cert, a.key = template, private
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &private.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	if template == a.cert {
		if a.cert, err = x509.ParseCertificate(der); err != nil {
			a.t.Fatal(err)
		}
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
}

func proveTLS(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	cert, key := ours.issue()
	for name, participant := range map[string]struct {
		tls      backstitch.ParticipantTLS
		client   *authority
		accepted bool
	}{
		"TLS":                                 {backstitch.ParticipantTLS{Cert: cert, Key: key}, nil, true},
		"mutual TLS":                          {backstitch.ParticipantTLS{Cert: cert, Key: key, ClientCA: ours.pem}, ours, true},
		"mutual TLS without a certificate":    {backstitch.ParticipantTLS{Cert: cert, Key: key, ClientCA: ours.pem}, nil, false},
		"mutual TLS with another authority's": {backstitch.ParticipantTLS{Cert: cert, Key: key, ClientCA: ours.pem}, theirs, false},
	} {
		p := backstitch.NewParticipant("tested", backstitch.WithTLS(participant.tls))
		backstitch.Handle(p, "act", echo)
		config := &tls.Config{RootCAs: x509.NewCertPool()}
		config.RootCAs.AppendCertsFromPEM(ours.pem)
		if participant.client != nil {
			pair, err := tls.X509KeyPair(participant.client.issue())
			if err != nil {
				t.Fatal(err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		connection := connect(t, listen(t, p), grpc.WithTransportCredentials(credentials.NewTLS(config)))
		_, err := backstitchv1.NewParticipantServiceClient(connection).Do(context.Background(), &backstitchv1.DoRequest{Context: newContext("do")})
		if (err == nil) != participant.accepted {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, stranger := theirs.issue()
	for name, bad := range map[string]backstitch.ParticipantTLS{
		"a key of another certificate": {Cert: cert, Key: stranger},
		"no certificate":               {Key: key},
		"a CA that is none":            {Cert: cert, Key: key, ClientCA: key},
	} {
		p := backstitch.NewParticipant("tested", backstitch.WithTLS(bad))
		backstitch.Handle(p, "act", echo)
		if _, err := p.Listen(":0"); err == nil {
			p.Stop(0)
			t.Errorf("it listens with %s", name)
		}
	}
}
