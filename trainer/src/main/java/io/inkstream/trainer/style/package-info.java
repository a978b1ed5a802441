/**
 * Finds named styles of a trained model: places in its style space where every letter comes out legible and of one hand,
 * and that people can tell apart.
 */
package io.inkstream.trainer.style;
