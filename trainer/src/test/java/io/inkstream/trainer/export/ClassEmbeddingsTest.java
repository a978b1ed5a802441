package io.inkstream.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.style.OnnxNetworks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassEmbeddingsTest {
    private static final GeneratorShape SHAPE = new GeneratorShape(5, 4, 6, 8, 12, 6, 4);
    private static final int PIXELS = 784;

    private final byte[] reader =
            OnnxExport.reader(Recogniser.untrained(new RecogniserShape(5, 4, 4, 4, 4), Streams.named(1, "r")));
    private final byte[] generator = OnnxExport.generator(shaken());
    private final ClassEmbeddings embeddings = ClassEmbeddings.of(generator);

    /** Its modulation far from the start, so that a class shows. */
    private static Generator shaken() {
        Generator generator = Generator.untrained(SHAPE, Streams.named(1, "generator"));
        float[] shake = Numbers.normal(generator.parameters().length, 9);
        for (int i = 0; i < shake.length; i++) {
            generator.parameters()[i] += 0.1f * shake[i];
        }
        return generator;
    }

    private float[] draw(byte[] onnx, int classIndex) {
        try (OnnxNetworks networks = new OnnxNetworks(onnx, reader, 28)) {
            return networks.draw(
                    Numbers.normal(SHAPE.style(), 1), Numbers.normal(SHAPE.noise(), 2), new int[] {classIndex});
        }
    }

    @Test
    void anEmbeddingThatAClassHasIsDrawnAsThatClass() {
        byte[] longer = embeddings.with(List.of(embeddings.of(3), embeddings.of(1)));

        assertThat(draw(longer, 5)).isEqualTo(draw(generator, 3));
        assertThat(draw(longer, 6)).isEqualTo(draw(generator, 1));
        assertThat(draw(longer, 0)).isEqualTo(draw(generator, 0));
    }

    @Test
    void whatLiesBetweenTwoClassesIsDrawnAsNeither() {
        float[] a = embeddings.of(0);
        float[] b = embeddings.of(1);
        float[] middle = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            middle[i] = (a[i] + b[i]) / 2;
        }
        float[] ink = draw(embeddings.with(List.of(middle)), embeddings.classes());

        assertThat(ink).hasSize(PIXELS);
        assertThat(distance(ink, draw(generator, 0))).isGreaterThan(1e-3);
        assertThat(distance(ink, draw(generator, 1))).isGreaterThan(1e-3);
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    @Test
    void thereIsOneForEachClass() {
        assertThat(embeddings.classes()).isEqualTo(SHAPE.classes());
        assertThat(embeddings.of(2)).hasSize(SHAPE.embedding());
        assertThat(embeddings.of(2)[0]).isNotCloseTo(embeddings.of(3)[0], within(1e-6f));
    }

    @Test
    void anEmbeddingOfAnotherModelIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embeddings.with(List.of(new float[3])))
                .withMessageContaining("8 numbers, not 3");
    }

    @Test
    void networksWithoutClassesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassEmbeddings.of(reader))
                .withMessageContaining("0 tables");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassEmbeddings.of("no model".getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("ONNX");
    }
}
