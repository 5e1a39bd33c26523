// Package backstitch is the Go SDK of Backstitch, a saga orchestrator for gRPC services: servers of actions
// (NewParticipant, Handle), a client of the orchestrator (NewClient) and a builder of definitions (Define). The package
// barrier beside it makes an action's effect happen once.
package backstitch
