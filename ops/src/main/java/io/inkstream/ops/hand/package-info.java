/** Makes a person's own hand of a model of characters that the person wrote. */
package io.inkstream.ops.hand;
