/** Participants: servers of actions that sagas call. Begin with {@link io.backstitch.participant.Participant}. */
package io.backstitch.participant;
