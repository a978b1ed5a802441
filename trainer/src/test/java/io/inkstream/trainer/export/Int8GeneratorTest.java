package io.inkstream.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.style.OnnxNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class Int8GeneratorTest {
    private static final int ROWS = 256;

    @Test
    void theShippedGeneratorDrawsAlmostTheSameInk() throws Exception {
        ModelBundle shipped = ModelBundle.parse(Files.readAllBytes(Path.of("models", "inkstream-base-5.zip")), 1 << 26);
        ModelBundle both = Int8Generator.addTo(shipped);
        float[] style = Numbers.normal(ROWS * shipped.manifest().styleSize(), 1);
        float[] noise = Numbers.normal(ROWS * shipped.manifest().noiseSize(), 2);
        int[] classes = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            classes[i] = i * 7 % shipped.manifest().classes().size();
        }
        double squares = 0;
        double drawn = 0;
        try (OnnxNetworks floats = new OnnxNetworks(shipped);
                OnnxNetworks whole = new OnnxNetworks(both.int8GeneratorOnnx(), shipped.readerOnnx(), 28)) {
            float[] expected = floats.draw(style, noise, classes);
            float[] ink = whole.draw(style, noise, classes);
            for (int i = 0; i < ink.length; i++) {
                squares += Math.pow(ink[i] - expected[i], 2);
                drawn += expected[i];
            }
        }
        assertThat(drawn / ROWS).as("ink of a glyph, in pixels").isGreaterThan(30);
        // Measured .011; seven bits for weights, eight for pixels.
        assertThat(Math.sqrt(squares / (ROWS * 784))).isBetween(1e-5, .02);
        assertThat(both.with(shipped.manifest()).generatorOnnx()).isEqualTo(shipped.generatorOnnx());
    }

    @Test
    void equalGeneratorsGiveEqualFilesInWhichEveryConvolutionIsWhole() throws Exception {
        GeneratorShape shape = new GeneratorShape(5, 4, 6, 8, 12, 6, 4);
        byte[] generator = OnnxExport.generator(Generator.untrained(shape, Streams.named(1, "generator")));
        byte[] whole = Int8Generator.of(generator, shape.style(), shape.noise(), 5);

        assertThat(Int8Generator.of(generator, shape.style(), shape.noise(), 5)).isEqualTo(whole);
        List<String> operators = ModelProto.parseFrom(whole).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
        assertThat(Collections.frequency(operators, "Conv")).isEqualTo(4);
        assertThat(Collections.frequency(operators, "QuantizeLinear")).isEqualTo(8);
        assertThat(Collections.frequency(operators, "DequantizeLinear")).isEqualTo(16);
        assertThat(ModelProto.parseFrom(whole).getGraph().getInitializerList())
                .filteredOn(tensor -> tensor.getDataType() == 3 && tensor.getDimsCount() == 4)
                .hasSize(4)
                .allSatisfy(tensor -> assertThat(most(tensor)).isBetween(1, 63));
    }

    @Test
    void whatIsNoGeneratorIsRefused() {
        byte[] reader =
                OnnxExport.reader(Recogniser.untrained(new RecogniserShape(5, 4, 4, 4, 4), Streams.named(1, "r")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Int8Generator.of(reader, 4, 6, 5))
                .withMessageContaining("does not draw");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Int8Generator.of(new byte[] {1, 2, 3}, 4, 6, 5))
                .withMessageContaining("ONNX");
    }

    private static int most(TensorProto tensor) {
        int most = 0;
        for (byte weight : tensor.getRawData()) {
            most = Math.max(most, Math.abs(weight));
        }
        return most;
    }
}
