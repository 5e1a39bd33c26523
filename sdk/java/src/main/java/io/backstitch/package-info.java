/** The answers that a handler may give besides its output: {@code Rejected}, {@code RetryAfter} and {@code Pending}. */
package io.backstitch;
