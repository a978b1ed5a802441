/** The top of the house: what people and scripts call. Nothing imports from here. */
package io.inkstream.ops;
