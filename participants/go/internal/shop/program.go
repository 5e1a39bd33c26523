package shop

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/backstitch/backstitch/participants/go/internal/database"
	"github.com/backstitch/backstitch/participants/go/internal/faults"
)

const usage = `Usage: %s --db sqlite:FILE|postgres://DSN [--port PORT] [--faults JSON] [--serve on|off]

  The %s service of the sample shop, on the loopback interface. It says on stdout where it listens, as a line of JSON.
  --port    default: a free one
  --faults  what goes wrong in every call
  --serve   whether the Serve stream is offered beside the unary calls (on)
`

// grace is how long running calls may take to end once the service is told to.
const grace = 10 * time.Second

// Main is the main program of a service. It does not return.
func Main(service Service) {
	options, err := parse(os.Args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s\n\n"+usage, err, os.Args[0], service.Name)
		os.Exit(2)
	}
	options.Logger = slog.New(slog.NewJSONHandler(os.Stderr, nil)).With("name", service.Name)
	err = run(service, options)
	if errors.Is(err, database.ErrURL) {
		fmt.Fprintf(os.Stderr, "%s\n\n"+usage, err, os.Args[0], service.Name)
		os.Exit(2)
	}
	if err != nil {
		options.Logger.Error("it cannot serve", "err", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func parse(args []string) (Options, error) {
	parsed := Options{Serve: true}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&parsed.DB, "db", "", "")
	flags.Func("port", "", func(text string) (err error) {
		parsed.Port, err = strconv.ParseUint(text, 10, 16)
		return err
	})
	flags.Func("faults", "", func(text string) (err error) {
		parsed.Faults, err = faults.Parse(text)
		return err
	})
	flags.Func("serve", "", func(text string) error {
		parsed.Serve = text == "on"
		if text != "on" && text != "off" {
			return errors.New("it is on or off")
		}
		return nil
	})
	if err := flags.Parse(args[1:]); err != nil {
		return parsed, err
	}
	if flags.NArg() > 0 {
		return parsed, fmt.Errorf("unknown argument: %s", flags.Arg(0))
	}
	if parsed.DB == "" {
		return parsed, errors.New("--db is missing")
	}
	return parsed, nil
}

// run serves until the process is told to end.
func run(service Service, options Options) error {
	told, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	running, address, err := Start(told, service, options)
	if err != nil {
		return err
	}
	fmt.Printf(`{"ready":true,"port":%d}`+"\n", address.(*net.TCPAddr).Port)
	<-told.Done()
	running.Stop(grace)
	return nil
}
