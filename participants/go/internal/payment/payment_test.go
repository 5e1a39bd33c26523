package payment_test

import (
	"reflect"
	"testing"
	"time"
)

func TestAnAuthorizationThatIsUndoneIsReleasedAndCanNoLongerBeCaptured(t *testing.T) {
	s := start(t)
	authorize := s.effect("authorize", order(nil))
	id := authorize.done()["authorization_id"]
	authorize.undo()
	s.expect("SELECT status FROM authorizations", `[["RELEASED"]]`)
	s.effect("capture", object{"authorization_id": id}).refused("NOT_AUTHORIZED")
}

func TestACaptureThatComesTwiceTakesTheMoneyOnceAndAnswersTheSame(t *testing.T) {
	s := start(t)
	capture := s.effect("capture", object{"authorization_id": s.authorized(), "amount": 1000})
	first := capture.done()
	if again := capture.done(); !reflect.DeepEqual(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	s.expect("SELECT amount, currency, order_id FROM charges", `[[1000,"EUR","ord_1"]]`)
	s.expect("SELECT action, direction FROM ledger", `[["authorize","do"],["capture","do"]]`)
}

func TestAnotherCaptureOfTheSameAuthorizationIsRefused(t *testing.T) {
	s := start(t)
	id := s.authorized()
	s.effect("capture", object{"authorization_id": id}).done()
	s.effect("capture", object{"authorization_id": id}).refused("NOT_AUTHORIZED")
}

func TestNoMoreIsCapturedThanIsHeld(t *testing.T) {
	s := start(t)
	id := s.authorized()
	s.effect("capture", object{"authorization_id": id, "amount": 1001}).refused("ABOVE_AUTHORIZATION")
	s.effect("capture", object{"authorization_id": id, "amount": 0}).refused("BAD_AMOUNT")
}

func TestACaptureThatIsUndoneIsRefundedOnceAndTheAuthorizationsUndoReleasesNothingMore(t *testing.T) {
	s := start(t)
	authorize := s.effect("authorize", order(nil))
	capture := s.effect("capture", object{"authorization_id": authorize.done()["authorization_id"], "amount": 600})
	capture.done()
	capture.undo()
	capture.undo()
	authorize.undo()
	s.expect("SELECT amount, status FROM refunds", `[[600,"PAID"]]`)
	s.expect("SELECT status FROM authorizations", `[["CAPTURED"]]`)
}

func TestWhatACapturesUndoPaysBackDependsOnItsTerms(t *testing.T) {
	past, future := time.Now().Add(-time.Hour).Format(time.RFC3339), time.Now().Add(time.Hour).Format(time.RFC3339)
	term := func(until string, percent float64) any { return object{"until": until, "percent": percent} }
	for _, c := range []struct {
		terms            object
		refunds, payouts string
	}{
		{object{}, `[[1000]]`, `[]`},
		{object{"refunds": []any{term(past, 100), term(future, 50.25)}, "rest_to": "host"}, `[[503]]`, `[["host",497]]`},
		{object{"refunds": []any{term(past, 100)}, "rest_to": "host"}, `[]`, `[["host",1000]]`},
		{object{"refunds": []any{term(future, 50)}}, `[[500]]`, `[]`},
	} {
		s := start(t)
		capture := s.effect("capture", object{"authorization_id": s.authorized()})
		capture.done()
		capture.terms = c.terms
		capture.undo()
		s.expect("SELECT amount FROM refunds", c.refunds)
		s.expect("SELECT payee, amount FROM payouts", c.payouts)
	}
}

func TestAChargeIsRefundedByItsUndo(t *testing.T) {
	s := start(t)
	charge := s.effect("charge", order(nil))
	charge.done()
	charge.undo()
	s.expect("SELECT amount, status FROM refunds", `[[1000,"PAID"]]`)
	s.effect("charge", order(object{"card_token": "card_declined"})).refused("CARD_DECLINED")
	s.effect("charge", order(object{"amount": 1_000_001})).refused("LIMIT_EXCEEDED")
	s.effect("authorize", order(object{"amount": 0})).refused("BAD_AMOUNT")
}

func TestPartialRefundsNeverExceedTheChargeAndOneThatIsUndoneLeavesRoomAgain(t *testing.T) {
	s := start(t)
	id := s.charged()
	first := s.effect("refund_part", object{"charge_id": id, "amount": 700})
	first.done()
	s.effect("refund_part", object{"charge_id": id, "amount": 301}).refused("ABOVE_CHARGE")
	first.undo()
	s.effect("refund_part", object{"charge_id": id, "amount": 1000}).done()
	s.effect("refund_part", object{"charge_id": "ch_0", "amount": 1}).refused("UNKNOWN_CHARGE")
	s.effect("refund_part", object{"charge_id": id}).refused("BAD_AMOUNT")
}

func TestWhatIsSettledIsTheChargeLessTheFeeAndReconcilingFindsItComplete(t *testing.T) {
	s := start(t)
	id := s.charged()
	settle := s.effect("settle", object{"charge_id": id})
	if done := settle.done(); done["amount"] != 980.0 || done["fee"] != 20.0 {
		t.Errorf("%v", done)
	}
	if done := s.effect("reconcile", object{"charge_id": id}).done(); !reflect.DeepEqual(done, object{"charged": 1000.0, "settled": 1000.0}) {
		t.Errorf("%v", done)
	}
	settle.undo()
	s.effect("reconcile", object{"charge_id": id}).refused("MISMATCH")
}

func TestAPayoutThatIsUndoneIsClawedBack(t *testing.T) {
	s := start(t)
	payOut := s.effect("pay_out", object{"payee": "driver_1", "order_id": "ord_1", "amount": 800, "currency": "EUR"})
	payOut.done()
	payOut.done()
	payOut.undo()
	s.expect("SELECT amount, status FROM payouts", `[[800,"CLAWED_BACK"]]`)
	s.effect("pay_out", object{"payee": "driver_1", "amount": -1}).refused("BAD_AMOUNT")
}

func TestAPaymentWithoutAnAmountInNoCurrencyOrOfNoCardIsRefused(t *testing.T) {
	s := start(t)
	s.effect("validate", order(nil)).done()
	for _, amount := range []any{0.5, 0, -1, "1000", nil, object{}} {
		s.effect("validate", order(object{"amount": amount})).refused("BAD_AMOUNT")
	}
	s.effect("validate", order(object{"currency": "XAU"})).refused("UNKNOWN_CURRENCY")
	s.effect("validate", order(object{"card_token": "1"})).refused("BAD_CARD")
}
