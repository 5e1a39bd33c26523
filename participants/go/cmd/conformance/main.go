// The participant that the conformance kit is run against.
package main

import (
	"github.com/backstitch/backstitch/participants/go/internal/conformance"
	"github.com/backstitch/backstitch/participants/go/internal/shop"
)

func main() { shop.Main(conformance.Service) }
