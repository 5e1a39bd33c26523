package backstitch_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// program gives the program of a section of the README.
func program(t *testing.T, heading string) string {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## "+heading+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	found := goPrograms.FindStringSubmatch(section)
	if found == nil {
		t.Fatalf("%q has no program", heading)
	}
	return found[1]
}

func TestTheProgramsOfParticipantBarrierAndTLSInTheReadmeAreSound(t *testing.T) {
	for _, heading := range []string{"A participant", "The barrier", "TLS"} {
		file := write(t, program(t, heading))
		if said, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
			t.Errorf("%q: %s", heading, said)
		}
		if said, err := exec.Command("gofmt", "-l", file).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%q is not formatted: %s%v", heading, said, err)
		}
	}
}

func TestTheParticipantInTheReadmeRunsAsItStands(t *testing.T) {
	text := program(t, "A participant")
	if lines := strings.Count(text, "\n"); lines >= 25 {
		t.Errorf("it has %d lines", lines)
	}
	const address = "127.0.0.1:50051"
	if !strings.Contains(text, address) {
		t.Fatalf("it does not listen at %s", address)
	}
	free := freeAddress(t)
	binary := filepath.Join(t.TempDir(), "participant")
	build := exec.Command("go", "build", "-o", binary, write(t, strings.ReplaceAll(text, address, free)))
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%s", said)
	}
	running := exec.Command(binary)
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		running.Process.Kill()
		running.Wait()
	}()
	client := backstitchv1.NewParticipantServiceClient(connect(t, free, grpc.WithTransportCredentials(insecure.NewCredentials())))
	charge := func(amount int) *backstitchv1.DoResponse {
		asked := newContext("do")
		asked.Action = "charge"
		answer, err := client.Do(context.Background(), &backstitchv1.DoRequest{
			Context: asked, Input: structOf(t, object{"amount": amount}),
		}, grpc.WaitForReady(true))
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if answer := charge(1000); answer.GetDone() == nil {
		t.Errorf("a charge gave %v", answer)
	}
	if answer := charge(1001); answer.GetRejected().GetCode() != "CARD_DECLINED" {
		t.Errorf("a charge above the limit gave %v", answer)
	}
}

func write(t *testing.T, program string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return fmt.Sprint(listener.Addr())
}
