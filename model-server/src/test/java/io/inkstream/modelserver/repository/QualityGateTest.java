package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.Setting;
import io.inkstream.schemas.settings.Settings;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped model, and what becomes of it in bad hands. */
class QualityGateTest {
    private static final OptionalDouble NO_CLAIM = OptionalDouble.empty();

    private static ServerReader reader;
    private static Manifest manifest;
    private static Predictor shipped;

    /** Draws for the gate; everything else of a predictor is of no use to it. */
    private interface Draw {
        float[][] draw(float[][] styles, float[][] noises, int[] classes);
    }

    @BeforeAll
    static void open() throws Exception {
        reader = ServerReader.open();
        ModelBundle bundle = ModelBundle.parse(TestBundles.shipped(), 1 << 26);
        manifest = bundle.manifest();
        shipped = OnnxPredictor.open(bundle, 1);
    }

    @AfterAll
    static void close() {
        shipped.close();
        reader.close();
    }

    @Test
    void theShippedModelPassesAndIsMeasured() throws RejectedModelException {
        Map<String, Double> figures = gate().judge(manifest, OptionalDouble.of(.8), shipped);
        assertThat(figures)
                .containsEntry("drawings", 6.0 * manifest.classes().size())
                .containsEntry("read_classes", (double) manifest.classes().size())
                .containsEntry("unread_classes", 0.0)
                .containsEntry("misread_classes", 0.0)
                .containsEntry("unvaried_classes", 0.0)
                .containsEntry("claimed_accuracy", .8);
        assertThat(figures.get("lookalike_accuracy")).isBetween(.85, 1.0);
        assertThat(figures.get("accuracy")).isBetween(.65, figures.get("lookalike_accuracy"));
        assertThat(figures.get("deviation_within")).isBetween(.2, .25);
        assertThat(gate().judge(manifest, OptionalDouble.of(.8), shipped)).isEqualTo(figures);
    }

    @Test
    void blankPaperIsRefused() {
        assertRefused(each(ink -> .01f * ink), "drawings have any stroke");
    }

    @Test
    void whiteInkOnBlackPaperIsRefused() {
        assertRefused(each(ink -> 1 - ink), "the generator draws white on black");
    }

    @Test
    void blurredStrokesAreRefused() {
        assertRefused(
                (styles, noises, classes) -> blurred(shipped.draw(styles, noises, classes)), "drawings are blurred");
    }

    @Test
    void aGeneratorThatIgnoresTheStyleIsRefused() {
        float[] one = gaussian(9, manifest.styleSize());
        assertRefused(
                (styles, noises, classes) -> shipped.draw(repeated(one, classes.length), noises, classes),
                "does not follow the style");
    }

    @Test
    void aGeneratorThatIgnoresTheNoiseIsRefused() {
        float[] one = gaussian(9, manifest.noiseSize());
        assertRefused(
                (styles, noises, classes) -> shipped.draw(styles, repeated(one, classes.length), classes),
                "alike, whatever the noise");
    }

    @Test
    void aGeneratorThatHasOneDrawingOfEachCharacterIsRefused() {
        assertRefused(
                (styles, noises, classes) -> shipped.draw(
                        new float[classes.length][manifest.styleSize()],
                        new float[classes.length][manifest.noiseSize()],
                        classes),
                "deviate by 0.000",
                "the generator repeats itself");
    }

    @Test
    void aCharacterThatHasCollapsedOrIsBlankIsRefusedByName() {
        int q = indexOf("q");
        int eight = indexOf("8");
        assertRefused(
                (styles, noises, classes) -> {
                    float[][] inks = shipped.draw(styles, noises, classes);
                    int first = IntStream.range(0, classes.length)
                            .filter(i -> classes[i] == q)
                            .findFirst()
                            .orElse(0);
                    for (int i = 0; i < classes.length; i++) {
                        if (classes[i] == q) {
                            inks[i] = inks[first];
                        } else if (classes[i] == eight) {
                            inks[i] = new float[inks[i].length];
                        }
                    }
                    return inks;
                },
                "drawings of 8 q are all alike or blank, at most 0 characters may be");
    }

    @Test
    void aGeneratorThatDrawsTheMiddleOfItsSpaceOnlyIsRefused() {
        assertRefused(
                (styles, noises, classes) -> shipped.draw(scaled(.3f, styles), scaled(.3f, noises), classes),
                "the generator repeats itself");
    }

    @Test
    void aGeneratorThatDrawsOneCharacterForAllIsRefused() {
        assertRefused(
                (styles, noises, classes) -> shipped.draw(styles, noises, new int[classes.length]),
                "draws every class alike",
                "read");
    }

    @Test
    void aGeneratorThatScribblesIsRefused() {
        Random random = new Random(3);
        assertRefused(
                (styles, noises, classes) -> {
                    float[][] inks = new float[classes.length][manifest.imageSize() * manifest.imageSize()];
                    for (float[] ink : inks) {
                        for (int i = 0; i < ink.length; i++) {
                            ink[i] = random.nextInt(4) == 0 ? 1 : 0;
                        }
                    }
                    return inks;
                },
                "good ones by 0.14 to 0.3",
                "as asked or as a look-alike");
    }

    @Test
    void shuffledLabelsAreRefused() {
        List<Integer> labels = new java.util.ArrayList<>(
                IntStream.range(0, manifest.classes().size()).boxed().toList());
        Collections.shuffle(labels, new Random(1));
        assertRefused(relabelled(labels.stream().mapToInt(i -> i).toArray()), "as asked or as a look-alike");
    }

    @Test
    void twoSwappedLabelsAreRefusedByName() {
        int[] labels = IntStream.range(0, manifest.classes().size()).toArray();
        int b = indexOf("b");
        int seven = indexOf("7");
        labels[b] = seven;
        labels[seven] = b;
        assertRefused(relabelled(labels), "drawings of 7 b are hardly ever read as that");
    }

    @Test
    void labelsThatOnlySizeTellsApartAreNotForAReaderOfSingleCharactersToJudge() throws RejectedModelException {
        int[] labels = IntStream.range(0, manifest.classes().size()).toArray();
        labels[indexOf("o")] = indexOf("O");
        labels[indexOf("O")] = indexOf("o");
        assertThat(gate().judge(manifest, NO_CLAIM, predictor(relabelled(labels))))
                .containsEntry("misread_classes", 0.0);
    }

    @Test
    void aCardThatClaimsMoreThanIsReadIsRefused() {
        assertThatThrownBy(() -> gate().judge(manifest, OptionalDouble.of(.97), shipped))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining("its card claims 0.970");
    }

    @Test
    void charactersThatTheReaderWasNeverTaughtAreJudgedByInkAndVarietyAlone() throws RejectedModelException {
        Manifest foreign = named(i -> Character.toString(0x4e00 + i));
        Map<String, Double> figures = gate().judge(foreign, OptionalDouble.of(.9), shipped);
        assertThat(figures)
                .containsEntry("read_classes", 0.0)
                .containsEntry("unread_classes", (double) foreign.classes().size())
                .doesNotContainKey("accuracy");
        assertThatThrownBy(() -> gate().judge(foreign, NO_CLAIM, predictor(each(ink -> 0f))))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining("drawings have any stroke");
    }

    @Test
    void aVersionThatLacksARequiredCharacterIsRefused() {
        GateConfig config = config(GateConfig.REQUIRED_CHARACTERS, "aé€");
        assertThatThrownBy(() -> new QualityGate(reader, config).judge(manifest, NO_CLAIM, shipped))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContaining("no classes for é €");
    }

    @Test
    void thresholdsOutOfTheirRangeAreNamed() {
        assertThatThrownBy(() -> config(GateConfig.DRAWS, "3")).hasMessageContainingAll("gate.draws", "4 to 64");
        assertThatThrownBy(() -> config(GateConfig.ACCURACY_TOLERANCE, "2"))
                .hasMessageContainingAll("gate.accuracy.tolerance", "0.0 to 1.0");
        assertThatThrownBy(() -> config(GateConfig.MAX_DEVIATION, "0.1")).hasMessageContaining("least deviation");
    }

    private static GateConfig config(Setting<?> setting, String value) {
        return new GateConfig(Settings.of(GateConfig.SETTINGS, Map.of(), Map.of(), Map.of(setting.key(), value)));
    }

    private static QualityGate gate() {
        return new QualityGate(reader, GateConfig.DEFAULTS);
    }

    private static void assertRefused(Draw draw, String... why) {
        assertThatThrownBy(() -> gate().judge(manifest, NO_CLAIM, predictor(draw)))
                .isInstanceOf(RejectedModelException.class)
                .hasMessageContainingAll(why);
    }

    private static int indexOf(String character) {
        return manifest.classes().stream().map(ClassSpec::character).toList().indexOf(character);
    }

    private static Draw relabelled(int[] labels) {
        return (styles, noises, classes) -> shipped.draw(
                styles, noises, Arrays.stream(classes).map(c -> labels[c]).toArray());
    }

    private static Draw each(java.util.function.Function<Float, Float> change) {
        return (styles, noises, classes) -> changed(shipped.draw(styles, noises, classes), ink -> {
            for (int i = 0; i < ink.length; i++) {
                ink[i] = change.apply(ink[i]);
            }
            return ink;
        });
    }

    private static float[][] blurred(float[][] inks) {
        int side = manifest.imageSize();
        return changed(inks, ink -> {
            float[] soft = new float[ink.length];
            for (int y = 1; y < side - 1; y++) {
                for (int x = 1; x < side - 1; x++) {
                    for (int k = 0; k < 9; k++) {
                        soft[y * side + x] += ink[(y + k / 3 - 1) * side + x + k % 3 - 1] / 9;
                    }
                }
            }
            return soft;
        });
    }

    private static float[][] scaled(float factor, float[][] rows) {
        return changed(rows, row -> {
            float[] scaled = row.clone();
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] *= factor;
            }
            return scaled;
        });
    }

    private static float[][] changed(float[][] rows, UnaryOperator<float[]> change) {
        return Arrays.stream(rows).map(change).toArray(float[][]::new);
    }

    private static float[][] repeated(float[] row, int count) {
        float[][] rows = new float[count][];
        Arrays.fill(rows, row);
        return rows;
    }

    private static float[] gaussian(long seed, int size) {
        Random random = new Random(seed);
        float[] row = new float[size];
        for (int i = 0; i < size; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return row;
    }

    /** The shipped manifest with other characters. */
    private static Manifest named(java.util.function.IntFunction<String> character) {
        List<ClassSpec> classes = IntStream.range(0, manifest.classes().size())
                .mapToObj(i -> new ClassSpec(
                        character.apply(i), 1, .8, 0, .2, .2, .1, .5, .12, .55, 1, -1, -1, character.apply(i)))
                .toList();
        return new Manifest(
                1,
                "foreign",
                "1",
                null,
                manifest.imageSize(),
                manifest.styleSize(),
                manifest.noiseSize(),
                classes,
                manifest.styles(),
                "none",
                List.of(),
                Map.of());
    }

    private static Predictor predictor(Draw draw) {
        return new Predictor() {
            @Override
            public float[][] draw(float[][] styles, float[][] noises, int[] classes) {
                return draw.draw(styles, noises, classes);
            }

            @Override
            public float[][] read(float[][] inks) {
                throw new AssertionError("the bundle's own reader has no say");
            }

            @Override
            public String engine() {
                return "test";
            }

            @Override
            public void close() {
                // the shipped one is closed in the end
            }
        };
    }
}
