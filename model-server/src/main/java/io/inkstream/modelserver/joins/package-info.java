/**
 * How letters of a word are joined: where a pen leaves one and enters the next, the line between, and the order in which it
 * draws all. Pure geometry on polylines x0, y0, x1, y1, ... in x-heights, y growing downward with the baseline at 0: every
 * choice is a function of the arguments, made in the order of the lines, so that it is the same on every machine.
 */
package io.inkstream.modelserver.joins;
