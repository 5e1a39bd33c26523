// Command bench serves what the benchmark's participants do, without a database: what is measured is the orchestrator.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	backstitch "github.com/backstitch/backstitch/sdk/go"
)

type (
	order   struct{ Order string }
	receipt struct {
		Receipt string `json:"receipt"`
	}
	none = struct{}
)

func main() {
	name := flag.String("name", "", "the participant's name")
	serve := flag.String("serve", "on", "on or off: whether the Serve stream is offered")
	flag.Parse()
	if flag.NArg() > 0 || *serve != "on" && *serve != "off" {
		flag.Usage()
		os.Exit(2)
	}
	var options []backstitch.Option
	if *serve == "off" {
		options = append(options, backstitch.WithoutServe())
	}
	p := backstitch.NewParticipant(*name, options...)
	backstitch.Handle(p, "apply", backstitch.Action[order, receipt]{
		Do: func(_ context.Context, in order) (receipt, error) {
			return receipt{*name + "-" + in.Order}, nil
		},
		Undo: func(context.Context, backstitch.Undo[order, receipt]) error { return nil },
	})
	backstitch.Handle(p, "refuse", backstitch.Action[none, none]{
		Do: func(context.Context, none) (none, error) {
			return none{}, backstitch.Rejected("REFUSED", "the benchmark wants this step refused", nil)
		},
		Undo: undoNothing,
	})
	backstitch.Handle(p, "hang", backstitch.Action[none, none]{
		Do:   func(context.Context, none) (none, error) { select {} },
		Undo: undoNothing,
	})
	backstitch.Handle(p, "empty", backstitch.Action[none, none]{
		Do: func(context.Context, none) (none, error) { return none{}, nil },
	})
	told, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	address, err := p.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf(`{"ready":true,"port":%d}`+"\n", address.(*net.TCPAddr).Port)
	<-told.Done()
}

func undoNothing(context.Context, backstitch.Undo[none, none]) error { return nil }
