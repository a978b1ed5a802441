package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.modelserver.compositing.PageJudge;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws pages to look at: {@code Pages BUNDLE FOLDER HEIGHT STYLE,... SEED...}, and says what the judge says. */
final class Pages {
    static final List<String> TEXT = List.of(
            "Dear Marguerite, I am writing from the small",
            "kitchen at 27 Quay Street, where the rain has",
            "not stopped since Tuesday. You asked about the",
            "garden: the beans are up, but the old apple tree",
            "lost a branch (the big one!) on 14 May. Joseph says",
            "\"leave it be\"; I think we should call somebody.",
            "The bill came to $48.60 in all. Why not visit?");

    private Pages() {}

    /** The class indices of a line; what is no class is a word space. */
    static int[] glyphs(DrawingModel model, String line) {
        List<String> characters =
                model.classes().stream().map(spec -> spec.character()).toList();
        return line.codePoints()
                .map(c -> characters.indexOf(Character.toString(c)))
                .toArray();
    }

    public static void main(String[] args) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(Path.of(args[0])), 1L << 28);
        Path folder = Files.createDirectories(Path.of(args[1]));
        int height = Integer.parseInt(args[2]);
        LineFormat format = new LineFormat(height, 40 * height, 1.0 / 3);
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel model = new DrawingModel("pages", bundle.manifest(), glyphs);
            for (String seed : Arrays.asList(args).subList(4, args.length)) {
                for (String style : List.of(args[3].split(",", -1))) {
                    LineRenderer renderer = new LineRenderer(new HandCache(1 << 26));
                    List<LineDrawing> lines = new ArrayList<>();
                    for (String text : TEXT) {
                        LineRequest request = new LineRequest(
                                style, Long.parseLong(seed), lines.size(), glyphs(model, text), format, Variation.HAND);
                        lines.add(renderer.render(model, request));
                    }
                    System.out.println(style + " " + seed + ": " + PageJudge.judge(lines, model.classes()));
                    Files.write(
                            folder.resolve("page-" + style + "-" + seed + "-" + height + ".png"),
                            page(lines, height).toPng());
                }
            }
        }
    }

    /** Lines one below the other at 3.5 x-heights. */
    static GreyImage page(List<LineDrawing> lines, int height) {
        int pitch = (int) Math.round(height * 3.5 / 3.2);
        int margin = height / 4;
        int width = lines.stream().mapToInt(LineDrawing::widthPx).max().orElseThrow() + 2 * margin;
        byte[] page = new byte[width * (pitch * lines.size() + margin)];
        Arrays.fill(page, (byte) 255);
        for (int i = 0; i < lines.size(); i++) {
            GreyImage line = lines.get(i).raster().image();
            for (int y = 0; y < height; y++) {
                System.arraycopy(
                        line.pixels(),
                        y * line.widthPx(),
                        page,
                        (i * pitch + y + margin / 2) * width + margin,
                        line.widthPx());
            }
        }
        return new GreyImage(width, page.length / width, page);
    }
}
