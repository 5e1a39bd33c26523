// Package shop runs a service of the sample shop, or anything else that serves as one.
package shop

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/backstitch/backstitch/participants/go/internal/database"
	"github.com/backstitch/backstitch/participants/go/internal/faults"
	"github.com/backstitch/backstitch/participants/go/internal/ledger"
	"github.com/backstitch/backstitch/participants/go/internal/tokens"
	backstitch "github.com/backstitch/backstitch/sdk/go"
	"github.com/backstitch/backstitch/sdk/go/barrier"
)

// Service is a participant of the shop: what it keeps and what it does.
type Service struct {
	// Name is the participant's name in the orchestrator's configuration.
	Name string
	// Schema creates the tables, in SQL for both databases; statements are separated by semicolons.
	Schema string
	// Register adds the actions, with Handle, HandleKept and HandleBare.
	Register func(*Running)
}

// Running is a service with its database and its participant.
type Running struct {
	DB          *database.Database
	participant *backstitch.Participant
	faults      faults.Faults
}

// Options says how a service runs.
type Options struct {
	// DB is the database: sqlite:FILE or postgres://DSN.
	DB string
	// Port 0 takes a free one.
	Port uint64
	// Faults are what goes wrong in every call.
	Faults faults.Faults
	// Serve: whether the Serve stream is offered beside the unary calls.
	Serve bool
	// Logger hears of handlers' failures. Nil: nobody does.
	Logger *slog.Logger
}

// Start opens the database and serves the actions on the loopback interface. It tells where it listens.
func Start(ctx context.Context, service Service, options Options) (*Running, net.Addr, error) {
	db, err := database.Open(ctx, options.DB)
	if err != nil {
		return nil, nil, err
	}
	if err := db.Migrate(ctx, ledger.Schema+tokens.Schema+service.Schema); err != nil {
		db.Close()
		return nil, nil, err
	}
	with := []backstitch.Option{backstitch.WithLogger(options.Logger)}
	if !options.Serve {
		with = append(with, backstitch.WithoutServe())
	}
	r := &Running{DB: db, participant: backstitch.NewParticipant(service.Name, with...), faults: options.Faults}
	service.Register(r)
	address, err := r.participant.Listen(fmt.Sprintf("127.0.0.1:%d", options.Port))
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return r, address, nil
}

// Stop lets calls in flight end within the grace, then closes the database.
func (r *Running) Stop(grace time.Duration) {
	r.participant.Stop(grace)
	r.DB.Close()
}

// Handle adds an action behind barrier, ledger and fault switches.
func Handle[In, Out any](r *Running, name string, action barrier.Action[In, Out]) {
	HandleKept(r, name, ledger.With(action))
}

// HandleKept adds an action behind barrier and fault switches that keeps its own ledger.
func HandleKept[In, Out any](r *Running, name string, action barrier.Action[In, Out]) {
	HandleBare(r, name, barrier.Guard(r.DB.Barrier, action))
}

// HandleBare adds an action behind fault switches alone.
func HandleBare[In, Out any](r *Running, name string, action backstitch.Action[In, Out]) {
	backstitch.Handle(r.participant, name, faults.Wrap(name, r.faults, action))
}
