package payment_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"testing"

	"github.com/backstitch/backstitch/participants/go/internal/payment"
	"github.com/backstitch/backstitch/participants/go/internal/shop"
	backstitchv1 "github.com/backstitch/backstitch/sdk/go/gen/backstitch/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"
)

type object = map[string]any

// service is a payment service that runs on a database of its own.
type service struct {
	t       *testing.T
	db      *sql.DB
	client  backstitchv1.ParticipantServiceClient
	effects int
}

func start(t *testing.T) *service {
	t.Helper()
	file := filepath.Join(t.TempDir(), "payment.db")
	running, address, err := shop.Start(context.Background(), payment.Service, shop.Options{DB: "sqlite:" + file, Serve: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { running.Stop(0) })
	connection, err := grpc.NewClient(address.(*net.TCPAddr).String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return &service{t: t, db: running.DB.DB, client: backstitchv1.NewParticipantServiceClient(connection)}
}

// effect is an effect of an action: the same in all its calls.
type effect struct {
	s      *service
	action string
	id     string
	input  object
	terms  object
}

func (s *service) effect(action string, input object) *effect {
	s.effects++
	return &effect{s: s, action: action, id: fmt.Sprintf("saga/%s#%d", action, s.effects), input: input}
}

func (e *effect) context(direction string) *backstitchv1.CommandContext {
	return &backstitchv1.CommandContext{SagaId: "saga", Action: e.action, EffectId: e.id, IdempotencyKey: e.id + "/" + direction, Attempt: 1}
}

// do gives the output, or the code of a refusal.
func (e *effect) do() (object, string) {
	e.s.t.Helper()
	answer, err := e.s.client.Do(context.Background(), &backstitchv1.DoRequest{Context: e.context("do"), Input: structOf(e.s.t, e.input)})
	if err != nil {
		e.s.t.Fatal(err)
	}
	return answer.GetDone().GetOutput().AsMap(), answer.GetRejected().GetCode()
}

func (e *effect) done() object {
	e.s.t.Helper()
	output, code := e.do()
	if code != "" {
		e.s.t.Fatalf("%s is refused: %s", e.action, code)
	}
	return output
}

func (e *effect) refused(code string) {
	e.s.t.Helper()
	if output, got := e.do(); got != code {
		e.s.t.Errorf("%s with %v gave %v and is refused with %q, not %s", e.action, e.input, output, got, code)
	}
}

func (e *effect) undo() {
	e.s.t.Helper()
	answer, err := e.s.client.Undo(context.Background(), &backstitchv1.UndoRequest{
		Context: e.context("undo"), Input: structOf(e.s.t, e.terms), DoInput: structOf(e.s.t, e.input),
	})
	if err != nil || answer.GetDone() == nil {
		e.s.t.Fatalf("%v, %v", answer, err)
	}
}

// expect compares what a query gives, as JSON: a list of rows.
func (s *service) expect(query, want string) {
	s.t.Helper()
	rows, err := s.db.Query(query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	got := [][]any{}
	for rows.Next() {
		row := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			s.t.Fatal(err)
		}
		got = append(got, row)
	}
	if text, _ := json.Marshal(got); string(text) != want {
		s.t.Errorf("%s: %s, not %s", query, text, want)
	}
}

func structOf(t *testing.T, value object) *structpb.Struct {
	t.Helper()
	made, err := structpb.NewStruct(value)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func order(change object) object {
	asked := object{"order_id": "ord_1", "amount": 1000, "currency": "EUR", "card_token": "card_visa"}
	for key, value := range change {
		asked[key] = value
	}
	return asked
}

func (s *service) authorized() any {
	return s.effect("authorize", order(nil)).done()["authorization_id"]
}

func (s *service) charged() any { return s.effect("charge", order(nil)).done()["charge_id"] }
