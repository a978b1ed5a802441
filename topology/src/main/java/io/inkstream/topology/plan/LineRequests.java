package io.inkstream.topology.plan;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.layout.LineBreaker;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.OptionalInt;

/**
 * Asks for a line by its image alone: text and provenance name all that the drawing depends on. So whatever was drawn can be
 * drawn again, and by another version too.
 */
public final class LineRequests {
    private LineRequests() {}

    /**
     * The request of a line.
     *
     * @param image need not have been drawn yet
     * @param version draws it; the one that the provenance names, or another
     * @throws IllegalArgumentException if the version lacks a character of the line, naming it
     */
    public static RenderLineRequest of(LineImage image, Version version) {
        return of(image, version.id(), version.tokeniser());
    }

    /**
     * The request of a line.
     *
     * @param model draws it, NAME:VERSION
     * @param tokeniser knows the classes of that version
     * @throws IllegalArgumentException if the image does not say enough, or the version lacks a character, naming it
     */
    public static RenderLineRequest of(LineImage image, String model, Tokeniser tokeniser) {
        Provenance provenance = image.getProvenance();
        LayoutOptions layout = provenance.getLayout();
        if (layout == null) {
            throw new IllegalArgumentException(
                    "the image does not name its layout; images of releases before 0.2 do not, and cannot be drawn again");
        }
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder()
                .setModel(model)
                .setStyle(provenance.getStyle())
                .setSeed(provenance.getSeed())
                .setLineIndex(image.getIndex());
        LayoutOption.ask(layout, request);
        image.getText().codePoints().forEach(c -> request.addGlyphs(glyph(c, model, tokeniser)));
        return request.build();
    }

    private static int glyph(int codePoint, String model, Tokeniser tokeniser) {
        if (codePoint == ' ') {
            return LineBreaker.WORD_SPACE;
        }
        OptionalInt found = tokeniser.classOf(codePoint);
        return found.orElseThrow(
                () -> new IllegalArgumentException(model + " has no class '" + Character.toString(codePoint) + "'"));
    }
}
