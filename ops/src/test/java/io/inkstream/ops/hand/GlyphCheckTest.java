package io.inkstream.ops.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.hand.ExemplarTracer;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.StrokeWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is not what was asked for is not taken; the glyphs are of many hands of the shipped model. */
class GlyphCheckTest {
    private static final int GLYPHS = 1_000;

    private static Manifest manifest;
    private static Predictor predictor;
    private static ServerReader reader;

    @BeforeAll
    static void open() throws Exception {
        ModelBundle bundle =
                ModelFiles.parse(Files.readAllBytes(Path.of("..", "trainer", "models", "inkstream-base-5.zip")));
        manifest = bundle.manifest();
        predictor = OnnxPredictor.open(bundle, 2);
        reader = ServerReader.open();
    }

    @AfterAll
    static void close() {
        predictor.close();
        reader.close();
    }

    private static String json(ClassSpec asked, List<float[]> strokes) {
        return StrokeWriter.ofCharacter(asked.character(), "ada", "hand", strokes, .13, 255);
    }

    /** The strokes of some hand's character, at its size and place. */
    private static List<float[]> glyph(ClassSpec spec, SplittableRandom random) {
        float[] style = new float[manifest.styleSize()];
        float[] noise = new float[manifest.noiseSize()];
        for (int i = 0; i < style.length; i++) {
            style[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) (.6 * random.nextDouble(-1.5, 1.5));
        }
        float[][] ink = predictor.draw(new float[][] {style}, new float[][] {noise}, new int[] {
            manifest.classes().indexOf(spec)
        });
        return new ExemplarTracer(28)
                .trace(ink[0], spec)
                .map(traced -> traced.exemplar().strokes())
                .orElseThrow();
    }

    private static List<float[]> scribble(SplittableRandom random) {
        float[] points = new float[2 * random.nextInt(8, 20)];
        for (int i = 0; i < points.length; i += 2) {
            points[i] = (float) random.nextDouble(1.2);
            points[i + 1] = (float) random.nextDouble(1.6);
        }
        return List.of(points);
    }

    private static double taken(List<String> lines) {
        OwnHand hand = OwnHand.of(Handwriting.parse(lines), manifest, reader, false);
        assertThat(hand.glyphs()).hasSameSizeAs(lines);
        return (double) hand.counts().get(Verdict.TAKEN.label()) / lines.size();
    }

    @Test
    void ofWrongCharactersAndScribblesOneInTwoHundredIsTakenAtMost() {
        SplittableRandom random = new SplittableRandom(1);
        List<ClassSpec> classes = manifest.classes();
        List<String> right = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < GLYPHS; i++) {
            ClassSpec written = classes.get(random.nextInt(classes.size()));
            ClassSpec other = classes.get(random.nextInt(classes.size()));
            List<float[]> strokes = glyph(written, random);
            right.add(json(written, strokes));
            if (other.lookalikes().chars().noneMatch(c -> written.lookalikes().indexOf(c) >= 0)
                    && !other.character().equalsIgnoreCase(written.character())) {
                wrong.add(json(other, strokes));
            }
            wrong.add(json(other, scribble(random)));
        }

        assertThat(taken(wrong)).isLessThanOrEqualTo(.005);
        assertThat(taken(right)).isGreaterThan(.8);
    }

    @Test
    void aCharacterOfTheRightShapeInTheWrongSizeOrPlaceIsDoubtful() {
        ClassSpec o = manifest.classes().stream()
                .filter(spec -> spec.character().equals("o"))
                .findFirst()
                .orElseThrow();
        GlyphCheck check = new GlyphCheck(reader);
        Exemplar right = new Exemplar(glyph(o, new SplittableRandom(2)));
        float[] ink = predictor
                .draw(
                        new float[][] {new float[manifest.styleSize()]},
                        new float[][] {new float[manifest.noiseSize()]},
                        new int[] {manifest.classes().indexOf(o)})[0];

        assertThat(check.isAsAsked(ink, o, Optional.of(right))).isTrue();
        assertThat(check.isAsAsked(ink, o, Optional.of(moved(right, 3, 0)))).isFalse();
        assertThat(check.isAsAsked(ink, o, Optional.of(moved(right, 1, 1)))).isFalse();
    }

    private static Exemplar moved(Exemplar exemplar, float scale, float up) {
        return new Exemplar(exemplar.strokes().stream()
                .map(stroke -> {
                    float[] moved = stroke.clone();
                    for (int i = 0; i < moved.length; i++) {
                        moved[i] = scale * moved[i] + (i % 2 == 1 ? up : 0);
                    }
                    return moved;
                })
                .toList());
    }
}
