package io.inkstream.topology.plan;

import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.rpc.PenMark;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

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
        return of(image, model, glyphs(image, model, tokeniser));
    }

    /**
     * The request of a line.
     *
     * @param glyphs of the image's text, white space among them
     * @throws IllegalArgumentException if the image does not say enough
     */
    static RenderLineRequest of(LineImage image, String model, List<Glyph> glyphs) {
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
        image.getPenMarks()
                .forEach(mark -> request.addPenMarks(PenMark.newBuilder()
                        .setKind(PenMark.Kind.valueOf(mark.getKind().name()))
                        .setFirst(mark.getFirst())
                        .setLast(mark.getLast())));
        addGlyphs(request, glyphs);
        return request.build();
    }

    /** Asks for glyphs, from left to right. */
    public static void addGlyphs(RenderLineRequest.Builder request, List<Glyph> glyphs) {
        Map<String, Integer> composed = new HashMap<>();
        for (Glyph glyph : glyphs) {
            if (glyph.composition().isEmpty()) {
                request.addGlyphs(code(glyph));
                continue;
            }
            int position = composed.computeIfAbsent(glyph.text(), text -> {
                request.addGraphemes(text);
                return request.getGraphemesCount() - 1;
            });
            request.addGlyphs(GlyphCodes.composed(position));
        }
    }

    private static int code(Glyph glyph) {
        if (!glyph.isSpace()) {
            return glyph.classIndex();
        }
        return glyph.equals(Glyph.TAB) ? GlyphCodes.TAB : GlyphCodes.WORD_SPACE;
    }

    /** A line's text is its glyphs, one after the other, and white space; each glyph's grapheme stands with its box. */
    private static List<Glyph> glyphs(LineImage image, String model, Tokeniser tokeniser) {
        String text = image.getText();
        Iterator<GlyphBox> boxes = image.getGlyphs().iterator();
        List<Glyph> glyphs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            if (text.charAt(at) == ' ' || text.charAt(at) == '\t') {
                glyphs.add(text.charAt(at) == ' ' ? Glyph.WORD_SPACE : Glyph.TAB);
                at++;
                continue;
            }
            String grapheme = boxes.hasNext() ? boxes.next().getCharacter() : "";
            if (grapheme.isEmpty() || !text.startsWith(grapheme, at)) {
                throw new IllegalArgumentException("the image's glyphs are not those of its text, from " + at + " on");
            }
            glyphs.add(tokeniser
                    .glyphOf(grapheme)
                    .orElseThrow(() -> new IllegalArgumentException(model + " cannot draw '" + grapheme + "'")));
            at += grapheme.length();
        }
        return glyphs;
    }
}
