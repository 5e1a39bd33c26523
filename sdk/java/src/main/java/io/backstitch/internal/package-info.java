/** What the packages of this library share. Not for use from outside; it may change with any version. */
package io.backstitch.internal;
