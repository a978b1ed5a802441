/** Learns to draw whatever small images a folder has. */
package io.inkstream.trainer.images;
