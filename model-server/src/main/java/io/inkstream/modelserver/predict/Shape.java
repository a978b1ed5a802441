package io.inkstream.modelserver.predict;

import io.inkstream.schemas.bundle.Manifest;

/** The sizes that a bundle's manifest promises, and the checks of a call against them. */
record Shape(int imageSize, int styleSize, int noiseSize, int classes) {

    static Shape of(Manifest manifest) {
        return new Shape(
                manifest.imageSize(),
                manifest.styleSize(),
                manifest.noiseSize(),
                manifest.classes().size());
    }

    int pixels() {
        return imageSize * imageSize;
    }

    void checkDraw(float[][] styles, float[][] noises, int[] labels) {
        if (styles.length != labels.length || noises.length != labels.length) {
            throw new IllegalArgumentException("need as many styles and noises as classes, got " + styles.length + ", "
                    + noises.length + " and " + labels.length);
        }
        checkColumns("style", styles, styleSize);
        checkColumns("noise", noises, noiseSize);
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("class " + label + " is not in 0 to " + (classes - 1));
            }
        }
    }

    void checkRead(float[][] inks) {
        checkColumns("ink", inks, pixels());
    }

    private static void checkColumns(String what, float[][] rows, int columns) {
        for (float[] row : rows) {
            if (row.length != columns) {
                throw new IllegalArgumentException(what + " needs " + columns + " values, got " + row.length);
            }
        }
    }
}
