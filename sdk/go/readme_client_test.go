package backstitch_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var goPrograms = regexp.MustCompile("(?s)```go\n(package main\n.*?)```")

func TestTheProgramsOfTheClientAndTheBuilderInTheReadmeAreSound(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, heading := range []string{"The client", "The definition builder"} {
		_, section, found := strings.Cut(string(readme), "\n## "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		program := goPrograms.FindStringSubmatch(section)
		if !found || program == nil {
			t.Errorf("%q has no program", heading)
			continue
		}
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(program[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
			t.Errorf("%q: %s", heading, said)
		}
		if said, err := exec.Command("gofmt", "-l", file).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%q is not formatted: %s%v", heading, said, err)
		}
	}
}
