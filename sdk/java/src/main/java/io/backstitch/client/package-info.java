/**
 * The client: {@link io.backstitch.client.Client} starts sagas, follows them and acts on them. A component of a record
 * is null only where it says so.
 */
package io.backstitch.client;
