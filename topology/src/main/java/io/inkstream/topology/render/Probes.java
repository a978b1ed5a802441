package io.inkstream.topology.render;

import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.Variation;
import io.inkstream.topology.routing.Version;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes the smallest request that has as little as possible in common with a line that fails again and again. Whether it is
 * drawn tells a line that cannot be drawn from a version, or model servers, that draw nothing at all.
 */
final class Probes {
    private static final int LINE_HEIGHT_PX = 32;
    private static final int LINE_WIDTH_PX = 512;

    private Probes() {}

    /**
     * A line of one glyph by the same version: if there are any, a glyph that the line does not have, in another style.
     *
     * @param failing what failed
     */
    static RenderLineRequest unlike(RenderLineRequest failing, Version version) {
        Set<Integer> asked = new HashSet<>(failing.getGlyphsList());
        int glyph = IntStream.range(0, version.characters().size())
                .filter(candidate -> !asked.contains(candidate))
                .findFirst()
                .orElse(0);
        String style = version.styles().keySet().stream()
                .sorted()
                .filter(candidate -> !candidate.equals(failing.getStyle()))
                .findFirst()
                .orElse(failing.getStyle());
        return RenderLineRequest.newBuilder()
                .setModel(failing.getModel())
                .setStyle(style)
                .addGlyphs(glyph)
                .setLineHeightPx(LINE_HEIGHT_PX)
                .setLineWidthPx(LINE_WIDTH_PX)
                .setVariation(Variation.HAND)
                .setFormat(ImageFormat.PNG)
                .build();
    }
}
