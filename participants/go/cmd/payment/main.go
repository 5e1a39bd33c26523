// The payment service of the sample shop.
package main

import (
	"github.com/backstitch/backstitch/participants/go/internal/payment"
	"github.com/backstitch/backstitch/participants/go/internal/shop"
)

func main() { shop.Main(payment.Service) }
