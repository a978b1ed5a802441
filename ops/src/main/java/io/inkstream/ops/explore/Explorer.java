package io.inkstream.ops.explore;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.replay.OfflineArtist;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.Variation;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Token;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws one text in the hands of a model, as the first line of a document with that style and seed would be drawn, and
 * measures them. For one thread; artist and reader stay their owner's.
 */
public final class Explorer {
    private static final int HEIGHT_PX = 64;
    private static final double X_HEIGHT_PX = HEIGHT_PX / 3.2;
    /** About three times what a page is wide: hands differ in the first words, and a sheet must fit into memory. */
    private static final int MOST_WIDTH_PX = 4096;

    private final OfflineArtist artist;
    private final ServerReader reader;
    private final List<ClassSpec> classes;
    private final List<Glyph> glyphs;

    /**
     * @param classes of the artist's model, in order
     * @param text what to write; line ends are spaces, and what the model cannot draw is replaced as in documents
     * @throws IllegalArgumentException if there is nothing to draw
     */
    public Explorer(OfflineArtist artist, ServerReader reader, List<ClassSpec> classes, String text) {
        this.artist = requireNonNull(artist, "artist");
        this.reader = requireNonNull(reader, "reader");
        this.classes = List.copyOf(classes);
        List<String> characters = classes.stream().map(ClassSpec::character).toList();
        this.glyphs = new Tokeniser(characters)
                .tokenise(text.strip()).tokens().stream()
                        .flatMap(token -> token instanceof Token.Drawn drawn
                                ? drawn.glyphs().stream()
                                : Stream.of(Glyph.WORD_SPACE))
                        .toList();
        if (glyphs.stream().allMatch(Glyph::isSpace)) {
            throw new IllegalArgumentException("the text has nothing to draw");
        }
    }

    /**
     * Draws the text in one hand.
     *
     * @throws IllegalArgumentException if the model has no such style, or the text does not fit one line
     */
    public ExploredHand draw(String style, long seed) {
        RenderLineRequest.Builder request = RenderLineRequest.newBuilder();
        LineRequests.addGlyphs(request, glyphs);
        LineDrawing drawing = artist.drawing(request.setStyle(style)
                .setSeed(seed)
                .setLineHeightPx(HEIGHT_PX)
                .setLineWidthPx(MOST_WIDTH_PX)
                .setMaxOverlap(1 / 3.0)
                .setVariation(Variation.HAND)
                .build());
        GreyImage line = drawing.raster().image();
        return new ExploredHand(
                style,
                seed,
                artist.model().styleOf(style, seed, style, "").slant(),
                line.widthPx() / X_HEIGHT_PX / glyphs.size(),
                legibility(drawing.glyphsForReader()),
                line);
    }

    /** Share of the glyphs that are read as asked; what is composed is not asked for. */
    private double legibility(List<float[]> inks) {
        List<Glyph> drawn = glyphs.stream().filter(glyph -> !glyph.isSpace()).toList();
        int[] read = reader.read(inks.toArray(float[][]::new));
        return IntStream.range(0, drawn.size())
                .filter(i -> drawn.get(i).composition().isEmpty())
                .mapToDouble(i -> classes.get(drawn.get(i).classIndex())
                                .lookalikes()
                                .contains(reader.characters().get(read[i]))
                        ? 1
                        : 0)
                .average()
                .orElse(0);
    }
}
