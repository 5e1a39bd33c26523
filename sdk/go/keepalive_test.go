package backstitch_test

import (
	"net"
	"testing"
	"time"

	backstitch "github.com/backstitch/backstitch/sdk/go"
	"golang.org/x/net/http2"
)

// proveKeepalive: a peer that pings on a connection without calls is answered, and not thrown out, as gRPC would do
// after three pings within five minutes. gRPC's own client pings too seldom to show it, so the frames are made here.
func proveKeepalive(t *testing.T) {
	t.Parallel()
	p := backstitch.NewParticipant("tested")
	backstitch.Handle(p, "act", echo)
	connection, err := net.Dial("tcp", listen(t, p))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	framer := http2.NewFramer(connection, connection)
	if err := framer.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	for ping := byte(1); ping <= 5; ping++ {
		if err := framer.WritePing(false, [8]byte{ping}); err != nil {
			t.Fatal(err)
		}
		awaitAck(t, connection, framer, ping)
		// What the pings are counted by is the server's clock, so time has to pass.
		time.Sleep(1050 * time.Millisecond)
	}
}

func awaitAck(t *testing.T, connection net.Conn, framer *http2.Framer, ping byte) {
	t.Helper()
	connection.SetReadDeadline(time.Now().Add(within))
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatalf("ping %d: %v", ping, err)
		}
		switch frame := frame.(type) {
		case *http2.GoAwayFrame:
			t.Fatalf("ping %d: the peer is thrown out: %v", ping, frame.ErrCode)
		case *http2.PingFrame:
			if frame.IsAck() && frame.Data[0] == ping {
				return
			}
		}
	}
}
