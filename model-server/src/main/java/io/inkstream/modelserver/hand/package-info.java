/**
 * Hands: which letter forms a writer has, how they are drawn and checked by a model, kept, and asked for by a line.
 *
 * <p>{@link io.inkstream.modelserver.hand.LineRenderer} is the way in; a model comes as
 * {@link io.inkstream.modelserver.hand.GlyphModel}, so nothing here knows an engine.
 */
package io.inkstream.modelserver.hand;
