package io.inkstream.trainer.dataset;

/** How a picture of another size becomes one of 28 x 28. */
public enum PictureScale {
    /** Not at all: it is refused. */
    NONE,
    /** The whole of it is made as large as fits; the rest is paper. */
    FIT,
    /** The middle square of it is taken. */
    CROP
}
