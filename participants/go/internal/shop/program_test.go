package shop

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/backstitch/backstitch/participants/go/internal/database"
)

func TestTheArgumentsOfAServiceAreRead(t *testing.T) {
	parsed, err := parse([]string{"payment", "--db", "sqlite:x.db", "--port", "7002", "--faults", `{"charge": {"fail": 1}}`, "--serve", "off"})
	if err != nil || parsed.DB != "sqlite:x.db" || parsed.Port != 7002 || parsed.Serve || len(parsed.Faults) != 1 {
		t.Errorf("%+v, %v", parsed, err)
	}
	if parsed, err := parse([]string{"payment", "--db=sqlite:x.db"}); err != nil || parsed.Port != 0 || !parsed.Serve {
		t.Errorf("%+v, %v", parsed, err)
	}
}

func TestArgumentsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, args := range [][]string{
		{},
		{"--db", "sqlite:x.db", "more"},
		{"--db", "sqlite:x.db", "--unknown", "1"},
		{"--db", "sqlite:x.db", "--port", "65536"},
		{"--db", "sqlite:x.db", "--serve", "maybe"},
		{"--db", "sqlite:x.db", "--faults", "[]"},
		{"--db", "sqlite:x.db", "--faults", `{"charge": {"fail": "often"}}`},
	} {
		if parsed, err := parse(append([]string{"payment"}, args...)); err == nil {
			t.Errorf("%v is read as %+v", args, parsed)
		}
	}
}

func TestADatabaseOfAnUnknownKindIsRefused(t *testing.T) {
	if _, _, err := Start(context.Background(), Service{}, Options{DB: "mysql://x"}); !errors.Is(err, database.ErrURL) {
		t.Error(err)
	}
}

func TestAFileWithOddCharactersInItsNameIsOpened(t *testing.T) {
	db, err := database.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "a ?&%41ä.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}
