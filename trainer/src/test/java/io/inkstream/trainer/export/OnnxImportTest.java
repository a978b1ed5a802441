package io.inkstream.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.trainer.gan.FoldedGenerator;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorPass;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OnnxImportTest {
    private static final int BATCH = 192;
    private static final GeneratorShape SHAPE = new GeneratorShape(5, 4, 6, 8, 12, 6, 4);

    private final Generator original = trained();
    private final float[] style = Numbers.normal(BATCH * SHAPE.style(), 1);
    private final float[] noise = Numbers.normal(BATCH * SHAPE.noise(), 2);
    private final int[] classes = classes();

    @Test
    void aGeneratorThatCameBackDrawsTheSameGlyphs() {
        assertThat(draw(imported())).containsExactly(draw(original), within(1e-4f));
    }

    @Test
    void exportingItAgainGivesTheSameWeights() {
        assertThat(draw(OnnxImport.generator(OnnxExport.generator(imported()), SHAPE)
                        .unfolded(SHAPE, Streams.named(4, "other glyphs"))))
                .containsExactly(draw(original), within(1e-4f));
    }

    @Test
    void oneThatWasExportedBeforePixelsWereSpreadLastComesBack() throws Exception {
        ModelBundle shipped = ModelBundle.parse(Files.readAllBytes(Path.of("models", "inkstream-base-5.zip")), 1 << 26);
        GeneratorShape shape =
                GeneratorShape.standard(shipped.manifest().classes().size());
        FoldedGenerator before = OnnxImport.generator(shipped.generatorOnnx(), shape);
        FoldedGenerator late = OnnxImport.generator(LateSpread.of(shipped.generatorOnnx()), shape);

        assertThat(late.conv(3)).containsExactly(before.conv(3)).hasSize(9 * shape.narrow());
        assertThat(late.convBias(3)).containsExactly(before.convBias(3)).hasSize(1);
    }

    @Test
    void inTrainingItDrawsAlmostTheSameSinceItsNormsSeeWhatTheySawBefore() {
        float[] serving = draw(original);
        float[] training = new GeneratorPass(SHAPE, BATCH)
                .drawTraining(imported(), style, noise, classes, new float[original.statistics().length]);
        double difference = 0;
        double spread = 0;
        for (int i = 0; i < serving.length; i++) {
            difference += Math.abs(serving[i] - training[i]);
            spread += Math.abs(serving[i] - serving[(i + 784) % serving.length]);
        }
        // Statistics of one batch are noisy; with the deviation of norm 1 left at 1 it is a third.
        assertThat(difference / spread).isLessThan(0.1);
    }

    @Test
    void anotherNetworkIsRefusedByWhatItHas() {
        byte[] reader =
                OnnxExport.reader(Recogniser.untrained(new RecogniserShape(5, 4, 4, 4, 4), Streams.named(1, "r")));
        assertThatThrownBy(() -> OnnxImport.generator(reader, SHAPE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another architecture");
        assertThatThrownBy(() -> OnnxImport.generator(OnnxExport.generator(original), GeneratorShape.standard(5)))
                .hasMessageContaining("embedding has 40 numbers");
        assertThatThrownBy(
                        () -> OnnxImport.generator("no model".getBytes(java.nio.charset.StandardCharsets.UTF_8), SHAPE))
                .hasMessageContaining("ONNX");
    }

    private Generator imported() {
        return OnnxImport.generator(OnnxExport.generator(original), SHAPE)
                .unfolded(SHAPE, Streams.named(3, "measured glyphs"));
    }

    private float[] draw(Generator generator) {
        return new GeneratorPass(SHAPE, BATCH)
                .draw(generator, style, noise, classes)
                .clone();
    }

    /** Weights far from the start, and the running statistics that belong to them. */
    private Generator trained() {
        Generator generator = Generator.untrained(SHAPE, Streams.named(1, "generator"));
        float[] shake = Numbers.normal(generator.parameters().length, 9);
        for (int i = 0; i < shake.length; i++) {
            generator.parameters()[i] += 0.1f * shake[i];
        }
        float[] statistics = new float[generator.statistics().length];
        GeneratorPass pass = new GeneratorPass(SHAPE, 50 * BATCH);
        pass.drawTraining(
                generator,
                Numbers.normal(50 * BATCH * SHAPE.style(), 5),
                Numbers.normal(50 * BATCH * SHAPE.noise(), 6),
                classes(50 * BATCH),
                statistics);
        System.arraycopy(statistics, 0, generator.statistics(), 0, statistics.length);
        return generator;
    }

    private static int[] classes() {
        return classes(BATCH);
    }

    private static int[] classes(int count) {
        int[] classes = new int[count];
        for (int i = 0; i < count; i++) {
            classes[i] = i * 7 % SHAPE.classes();
        }
        return classes;
    }
}
