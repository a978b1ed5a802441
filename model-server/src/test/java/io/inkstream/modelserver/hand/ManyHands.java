package io.inkstream.modelserver.hand;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Draws the lines of a text file in many hands, as data for what reads lines: {@code ManyHands BUNDLE TEXTS FOLDER STYLE HANDS
 * FIRST_SEED}. Beside the pictures lies {@code boxes.jsonl}, with file, text and seed of each.
 */
final class ManyHands {
    private static final int HEIGHT_PX = 64;

    private ManyHands() {}

    public static void main(String[] args) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(Path.of(args[0])), 1L << 28);
        Path folder = Files.createDirectories(Path.of(args[2]));
        List<String> texts = Files.readAllLines(Path.of(args[1]));
        int hands = Integer.parseInt(args[4]);
        long firstSeed = Long.parseLong(args[5]);
        LineFormat format = new LineFormat(HEIGHT_PX, Limits.MAX_LINE_WIDTH_PX, 1.0 / 3);
        ObjectMapper json = new ObjectMapper();
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle);
                Writer boxes = Files.newBufferedWriter(folder.resolve("boxes.jsonl"))) {
            DrawingModel model = new DrawingModel("hands", bundle.manifest(), glyphs);
            LineRenderer renderer = new LineRenderer(new HandCache(1 << 24));
            IntStream.range(0, hands).parallel().forEach(hand -> {
                for (int i = hand; i < texts.size(); i += hands) {
                    String file = String.format("%06d.png", i);
                    LineDrawing line = renderer.render(
                            model, Texts.request(model, texts.get(i), args[3], firstSeed + hand, i / hands, format));
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("file", file);
                    row.put("text", texts.get(i));
                    row.put("seed", firstSeed + hand);
                    try {
                        Files.write(folder.resolve(file), line.raster().image().toPng());
                        synchronized (boxes) {
                            boxes.write(json.writeValueAsString(row) + "\n");
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        }
    }
}
