package backstitch_test

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// proxy stands between a client and a server and loses what it is told to.
type proxy struct {
	address string
	target  string

	mu    sync.Mutex
	text  []byte
	lost  int
	conns map[net.Conn]struct{}
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: listener.Addr().String(), target: target, conns: map[net.Conn]struct{}{}}
	t.Cleanup(func() {
		listener.Close()
		p.cut()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.join(client)
		}
	}()
	return p
}

// loseReplyWith cuts the first connection whose target sends a piece that contains the text, and once; that is lost.
func (p *proxy) loseReplyWith(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = []byte(text)
}

// replies is how many were lost.
func (p *proxy) replies() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// cut ends all present connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		conn.Close()
	}
}

func (p *proxy) join(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	p.conns[client], p.conns[server] = struct{}{}, struct{}{}
	p.mu.Unlock()
	go pass(client, server, func([]byte) bool { return false })
	pass(server, client, p.isToBeLost)
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

func (p *proxy) isToBeLost(piece []byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.text == nil || !bytes.Contains(piece, p.text) {
		return false
	}
	p.text = nil
	p.lost++
	return true
}

// pass hands on what comes, until it ends or a piece is to be lost; then both ends are closed.
func pass(from, to net.Conn, isToBeLost func([]byte) bool) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 64*1024)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if isToBeLost(buffer[:n]) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
