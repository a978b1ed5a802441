package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.modelserver.compositing.LineDrawing;
import io.inkstream.modelserver.compositing.LineFormat;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Times what a line is made of; README.md says how. No build runs it, and no test asserts its figures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
public class Kernels {
    /** Rows that a call of a network has at most. */
    private static final int BATCH = 16;

    private static final int KNOWN_HANDS = 6;
    private static final List<String> TEXTS = List.of(
            "not stopped since Tuesday. You asked abo",
            "one had by word but not what all were we",
            "how their if will up other about out man",
            "him into time has look two more write go",
            "my than first water been call who oil it");

    @Param("../trainer/models/inkstream-base-5.zip")
    public String bundle;

    @Param("64")
    public int heightPx;

    private OnnxGlyphModel glyphs;
    private DrawingModel model;
    private LineRenderer renderer;
    private final List<LineRequest> requests = new ArrayList<>();
    private final List<LineDrawing> drawings = new ArrayList<>();
    private final List<GreyImage> images = new ArrayList<>();
    private List<GlyphLatent> latents;
    private List<float[]> inks;
    private GlyphTracer tracer;
    private int turn;
    private long newSeed;

    @Setup(Level.Trial)
    public void open() throws Exception {
        ModelBundle parsed = ModelBundle.parse(Files.readAllBytes(Path.of(bundle)), 1L << 28);
        glyphs = new OnnxGlyphModel(parsed);
        model = new DrawingModel("kernels", parsed.manifest(), glyphs);
        renderer = new LineRenderer(new HandCache(1 << 27));
        newSeed = 1_000_000;
        for (int i = 0; i < KNOWN_HANDS * TEXTS.size(); i++) {
            LineRequest request = request(TEXTS.get(i % TEXTS.size()), i % KNOWN_HANDS, i / KNOWN_HANDS);
            LineDrawing drawing = renderer.render(model, request);
            requests.add(request);
            drawings.add(drawing);
            images.add(drawing.raster().image());
        }
        Hand hand = new Hand(model, "", 1);
        latents = IntStream.range(0, BATCH)
                .mapToObj(i -> hand.latent(Hand.Form.variant(i % model.classes().size(), 0), 0))
                .toList();
        inks = List.of(glyphs.draw(latents));
        tracer = new GlyphTracer(model.imageSize());
    }

    @TearDown(Level.Trial)
    public void close() {
        glyphs.close();
    }

    private LineRequest request(String text, long seed, int lineIndex) {
        LineFormat format = new LineFormat(heightPx, 40 * heightPx, 1.0 / 3);
        return new LineRequest("", seed, lineIndex, Pages.glyphs(model, text), format, Variation.HAND);
    }

    private int next() {
        turn = (turn + 1) % requests.size();
        return turn;
    }

    /** A known line from the request to its file. */
    @Benchmark
    public byte[] knownLine() {
        return renderer.render(model, requests.get(next())).raster().image().toPng();
    }

    /** Of it, from the request to strokes in their places: forms from the cache, bends, distances. */
    @Benchmark
    public LineDrawing compose() {
        return renderer.render(model, requests.get(next()));
    }

    /** Of it, from strokes to pixels. */
    @Benchmark
    public LineDrawing.Raster raster() {
        return drawings.get(next()).raster();
    }

    /** Of it, from pixels to a file. */
    @Benchmark
    public byte[] png() {
        return images.get(next()).toPng();
    }

    /** A line of a hand that was never drawn: the search for its forms, and what a known line takes. */
    @Benchmark
    public byte[] newHand() {
        LineRequest request = request(TEXTS.get(next() % TEXTS.size()), newSeed++, 0);
        return new LineRenderer(new HandCache(1 << 24))
                .render(model, request)
                .raster()
                .image()
                .toPng();
    }

    /** One trace of a drawing, and a share of three in preparing it. */
    @Benchmark
    @OperationsPerInvocation(3)
    public int trace() {
        int glyph = next() % BATCH;
        tracer.load(inks.get(glyph));
        int points = 0;
        for (float level : new float[] {.35f, .5f, .65f}) {
            points += tracer.trace(level, model.classes().get(latents.get(glyph).classIndex()))
                    .strokes()
                    .lines()
                    .size();
        }
        return points;
    }

    /** One drawing of a full batch. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public float[][] generator() {
        return glyphs.draw(latents);
    }

    /** One reading of a full batch. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public float[][] reader() {
        return glyphs.read(inks);
    }
}
