package io.inkstream.ops.replay;

/**
 * A line that was drawn again.
 *
 * @param png the image
 * @param sha256 of the bundle that drew it
 * @param predictor engine that ran the generator
 * @param cpuFamily processor family
 * @param codeVersion version of the rendering code
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out
public record Redrawn(byte[] png, String sha256, String predictor, String cpuFamily, String codeVersion) {
    public Redrawn {
        png = png.clone();
    }

    @Override
    public byte[] png() {
        return png.clone();
    }
}
