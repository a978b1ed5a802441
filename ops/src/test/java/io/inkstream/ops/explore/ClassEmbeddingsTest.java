package io.inkstream.ops.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.style.Latents;
import io.inkstream.trainer.style.OnnxNetworks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClassEmbeddingsTest {
    private static ModelBundle bundle;
    private static ClassEmbeddings embeddings;
    private static int a;
    private static int d;

    @BeforeAll
    static void readModel() throws Exception {
        bundle = ModelFiles.parse(Files.readAllBytes(Path.of("../trainer/models/inkstream-base-5.zip")));
        embeddings = ClassEmbeddings.of(bundle.generatorOnnx());
        int[] classes = GlyphStrip.classesOf("ad", bundle.manifest());
        a = classes[0];
        d = classes[1];
    }

    private static float[] draw(byte[] generator, int classIndex) {
        try (OnnxNetworks networks = new OnnxNetworks(generator, bundle.readerOnnx(), 28)) {
            return networks.draw(
                    new float[bundle.manifest().styleSize()],
                    new float[bundle.manifest().noiseSize()],
                    new int[] {classIndex});
        }
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return sum / one.length;
    }

    @Test
    void anEmbeddingThatAClassHasIsDrawnAsThatClass() {
        byte[] longer = embeddings.with(List.of(embeddings.of(d), embeddings.of(a)));

        assertThat(draw(longer, embeddings.classes())).isEqualTo(draw(bundle.generatorOnnx(), d));
        assertThat(draw(longer, embeddings.classes() + 1)).isEqualTo(draw(bundle.generatorOnnx(), a));
        assertThat(draw(longer, 0)).isEqualTo(draw(bundle.generatorOnnx(), 0));
    }

    @Test
    void whatLiesBetweenTwoCharactersIsDrawnNearerToTheNearerOne() {
        byte[] longer = embeddings.with(List.of(Latents.spherical(embeddings.of(a), embeddings.of(d), .2)));
        float[] between = draw(longer, embeddings.classes());
        double toA = distance(between, draw(longer, a));
        double toD = distance(between, draw(longer, d));

        assertThat(toA).isPositive().isLessThan(toD);
    }

    @Test
    void thereIsOneForEachClassAndNoTwoAreAlike() {
        assertThat(embeddings.classes()).isEqualTo(bundle.manifest().classes().size());
        assertThat(embeddings.of(a)[0]).isNotCloseTo(embeddings.of(d)[0], within(1e-6f));
    }

    @Test
    void anEmbeddingOfAnotherModelIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embeddings.with(List.of(new float[3])))
                .withMessageContaining("48 numbers, not 3");
    }

    @Test
    void networksWithoutClassesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassEmbeddings.of(bundle.readerOnnx()))
                .withMessageContaining("0 tables");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassEmbeddings.of("no model".getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("ONNX");
    }
}
