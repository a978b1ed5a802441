/**
 * How hands differ: traits with a distribution by style, drawn by seed.
 *
 * <p>Topology and model server draw the same traits of the same hand, the one to break lines and the other to write them.
 */
package io.inkstream.schemas.hand;
