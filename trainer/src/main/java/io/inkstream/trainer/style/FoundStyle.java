package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.StyleSpec;

/**
 * A style that was found in a model.
 *
 * @param spec as documents can ask for it
 * @param measures of the hand at its centre
 */
public record FoundStyle(StyleSpec spec, HandMeasures measures) {}
