/**
 * Shows what a training does while it does it, and afterwards: every listener is driven by the one record
 * {@link io.inkstream.schemas.avro.TrainingEvent}, and none of them can stop the training.
 */
package io.inkstream.trainer.report;
