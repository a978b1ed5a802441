package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.schemas.bundle.ModelBundle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prints what a line costs on this machine: {@code Timing BUNDLE}. Figures go to RATIONALE.md; nothing asserts them. */
final class Timing {
    private static final String LINE = "not stopped since Tuesday. You asked abo";

    private Timing() {}

    public static void main(String[] args) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(Path.of(args[0])), 1L << 28);
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel model = new DrawingModel("timing", bundle.manifest(), glyphs);
            for (int round = 0; round < 3; round++) { // the first ones warm the compiler up
                traces(model, glyphs);
                cachedLines(model);
                newHands(model, glyphs, 60);
            }
        }
    }

    private static void traces(DrawingModel model, GlyphModel glyphs) {
        Hand hand = new Hand(model, "", 1);
        List<GlyphLatent> latents = new ArrayList<>();
        for (int c = 0; c < model.classes().size(); c++) {
            latents.add(hand.latent(Hand.Form.variant(c, 0), 0));
        }
        float[][] inks = glyphs.draw(latents);
        GlyphTracer tracer = new GlyphTracer(model.imageSize());
        int repeats = 20;
        long start = cpuNanos();
        for (int i = 0; i < repeats; i++) {
            for (int c = 0; c < inks.length; c++) {
                tracer.load(inks[c]);
                for (float level : new float[] {.35f, .5f, .65f}) {
                    tracer.trace(level, model.classes().get(c));
                }
            }
        }
        System.out.printf("trace %.3f ms%n", (cpuNanos() - start) / 1e6 / (3.0 * repeats * inks.length));
    }

    private static void cachedLines(DrawingModel model) {
        LineRenderer renderer = new LineRenderer(new HandCache(1 << 26));
        for (int height : new int[] {64, 160, 256}) {
            LineRequest request = request(model, 1, height);
            renderer.render(model, request);
            int repeats = 500;
            long start = cpuNanos();
            long bytes = 0;
            long compose = 0;
            long raster = 0;
            for (int i = 0; i < repeats; i++) {
                long t = cpuNanos();
                LineDrawing drawing = renderer.render(model, request);
                compose += cpuNanos() - t;
                LineDrawing.Raster pixels = drawing.raster();
                raster += cpuNanos() - t;
                bytes += pixels.image().toPng().length;
            }
            System.out.printf(
                    "cached line of %d glyphs at %d px: %.3f ms (set %.3f, + raster %.3f), %d bytes of PNG%n",
                    LINE.length(),
                    height,
                    (cpuNanos() - start) / 1e6 / repeats,
                    compose / 1e6 / repeats,
                    raster / 1e6 / repeats,
                    bytes / repeats);
        }
    }

    private static void newHands(DrawingModel model, OnnxGlyphModel glyphs, int hands) {
        LineRenderer renderer = new LineRenderer(new HandCache(1 << 26));
        glyphs.drawn.set(0);
        glyphs.read.set(0);
        glyphs.drawNanos.set(0);
        glyphs.readNanos.set(0);
        long start = cpuNanos();
        for (int seed = 1000; seed < 1000 + hands; seed++) {
            renderer.render(model, request(model, seed, 64)).raster().image().toPng();
        }
        System.out.printf(
                "line of a new hand: %.1f ms (%.0f glyphs drawn %.1f ms, %.0f read %.1f ms)%n",
                (cpuNanos() - start) / 1e6 / hands,
                (double) glyphs.drawn.get() / hands,
                glyphs.drawNanos.get() / 1e6 / hands,
                (double) glyphs.read.get() / hands,
                glyphs.readNanos.get() / 1e6 / hands);
    }

    private static LineRequest request(DrawingModel model, long seed, int height) {
        LineFormat format = new LineFormat(height, 40 * height, 1.0 / 3);
        return new LineRequest("", seed, 0, Pages.glyphs(model, LINE), format, Variation.HAND);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
