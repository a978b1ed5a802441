package io.inkstream.ops.look;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.GreyImage;

/**
 * A picture with a look.
 *
 * @param picture grey, 255 is paper
 * @param motion where the places of the picture before are in it
 */
public record Looked(GreyImage picture, Motion motion) {
    public Looked {
        requireNonNull(picture, "picture");
        requireNonNull(motion, "motion");
    }
}
