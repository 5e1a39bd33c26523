/** The definition builder: {@link io.backstitch.definition.SagaBuilder}. */
package io.backstitch.definition;
