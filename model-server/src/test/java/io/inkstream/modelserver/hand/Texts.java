package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws a text file to look at, a line of it on each line: {@code Texts BUNDLE TEXT PICTURE HEIGHT STYLE SEED [JOINING...]}. */
final class Texts {
    private Texts() {}

    /** The request of a line; what the model has no class for is asked for as a composed grapheme. */
    static LineRequest request(
            DrawingModel model, String text, String style, long seed, int lineIndex, LineFormat format) {
        List<String> graphemes = new ArrayList<>();
        List<Integer> glyphs = new ArrayList<>();
        for (String grapheme : Graphemes.split(text)) {
            if (grapheme.equals(" ")) {
                glyphs.add(GlyphCodes.WORD_SPACE);
            } else if (model.hasClass(grapheme)) {
                glyphs.add(model.classOf(grapheme));
            } else {
                if (!graphemes.contains(grapheme)) {
                    graphemes.add(grapheme);
                }
                glyphs.add(GlyphCodes.composed(graphemes.indexOf(grapheme)));
            }
        }
        return new LineRequest(
                style,
                seed,
                lineIndex,
                glyphs.stream().mapToInt(Integer::intValue).toArray(),
                graphemes,
                List.of(),
                format,
                Variation.HAND);
    }

    public static void main(String[] args) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(Path.of(args[0])), 1L << 28);
        int height = Integer.parseInt(args[3]);
        List<String> joinings = args.length > 6 ? Arrays.asList(args).subList(6, args.length) : List.of("-1");
        List<String> texts = Files.readAllLines(Path.of(args[1]));
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel model = new DrawingModel("texts", bundle.manifest(), glyphs);
            LineRenderer renderer = new LineRenderer(new HandCache(1 << 26));
            List<LineDrawing> lines = new ArrayList<>();
            for (String joining : joinings) {
                LineFormat format = new LineFormat(LayoutOptions.newBuilder()
                        .setLineHeightPx(height)
                        .setLineWidthPx(Math.min(16_384, 60 * height))
                        .setJoining(Double.parseDouble(joining))
                        .build());
                for (int i = 0; i < texts.size(); i++) {
                    lines.add(renderer.render(
                            model, request(model, texts.get(i), args[4], Long.parseLong(args[5]), i, format)));
                }
            }
            Files.write(Path.of(args[2]), Pages.page(lines, height).toPng());
        }
    }
}
