package io.inkstream.ops.replay;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.Variation;
import java.util.List;

/** Knows what a line was asked for by its image alone. */
public final class LineRequests {
    private static final int WORD_SPACE = -1;
    /** What the topology lets through; a document may ask for more. */
    private static final double MAX_OVERLAP = 1 / 3.0;

    private LineRequests() {}

    /**
     * The request that the image answers.
     *
     * @param characters of the version's classes, in order
     * @throws IllegalArgumentException if the image does not say enough, or names characters that the version lacks
     */
    public static RenderLineRequest of(LineImage image, List<String> characters) {
        Provenance provenance = image.getProvenance();
        LayoutOptions layout = provenance.getLayout();
        if (layout == null) {
            throw new IllegalArgumentException(
                    "the image does not name its layout; images of releases before 0.2 do not,"
                            + " and cannot be drawn again");
        }
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder()
                .setModel(provenance.getModel())
                .setStyle(provenance.getStyle())
                .setSeed(provenance.getSeed())
                .setLineIndex(image.getIndex())
                .setLineHeightPx(layout.getLineHeightPx())
                .setLineWidthPx(layout.getLineWidthPx())
                .setMaxOverlap(Math.min(layout.getMaxOverlap(), MAX_OVERLAP))
                .setVariation(
                        switch (layout.getVariation()) {
                            case HAND -> Variation.HAND;
                            case FRESH -> Variation.FRESH;
                        })
                .setFormat(ImageFormat.PNG);
        addGlyphs(image, characters, request);
        return request.build();
    }

    /** The boxes tell the characters, the text tells where the word spaces are. */
    private static void addGlyphs(LineImage image, List<String> characters, RenderLineRequest.Builder request) {
        String text = image.getText();
        int at = 0;
        for (GlyphBox box : image.getGlyphs()) {
            while (at < text.length() && text.charAt(at) == ' ') {
                request.addGlyphs(WORD_SPACE);
                at++;
            }
            String character = box.getCharacter();
            int glyph = characters.indexOf(character);
            if (glyph < 0) {
                throw new IllegalArgumentException(
                        "the model has no character '" + character + "', which the image shows");
            }
            if (!text.startsWith(character, at)) {
                throw new IllegalArgumentException("the image's text and its boxes do not agree: '" + character
                        + "' is not at " + at + " of '" + text + "'");
            }
            request.addGlyphs(glyph);
            at += character.length();
        }
        if (at != text.length()) {
            throw new IllegalArgumentException(
                    "the image's text and its boxes do not agree: nothing is drawn of '" + text.substring(at) + "'");
        }
    }
}
