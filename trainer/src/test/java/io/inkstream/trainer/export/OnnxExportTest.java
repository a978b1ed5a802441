package io.inkstream.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorPass;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.recogniser.FrozenRecogniser;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the trainer computes and what the serving runtime computes from the exported file must be the same glyphs. */
class OnnxExportTest {
    private static final int BATCH = 21;
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    @Test
    void onnxRuntimeDrawsWhatTheTrainerDraws() throws OrtException {
        GeneratorShape shape = GeneratorShape.standard(94);
        Generator generator = Generator.untrained(shape, Streams.named(1, "generator"));
        shake(generator.parameters(), 0.05f);
        settle(generator.statistics());
        float[] style = Numbers.normal(BATCH * shape.style(), 1);
        float[] noise = Numbers.normal(BATCH * shape.noise(), 2);
        int[] classes = new int[BATCH];
        long[] characters = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
            classes[i] = i * 9 % 94;
            characters[i] = classes[i];
        }
        float[] expected = new GeneratorPass(shape, BATCH).draw(generator, style, noise, classes);
        try (OrtSession session = ENVIRONMENT.createSession(OnnxExport.generator(generator));
                OnnxTensor s = floats(style, BATCH, shape.style());
                OnnxTensor z = floats(noise, BATCH, shape.noise());
                OnnxTensor c = OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(characters), new long[] {BATCH});
                OrtSession.Result result = session.run(Map.of("style", s, "noise", z, "char", c))) {
            assertThat(values(result, "ink", BATCH * 784)).containsExactly(expected, within(1e-4f));
        }
    }

    @Test
    void onnxRuntimeReadsWhatTheTrainersReaderReads() throws OrtException {
        readsTheSame(RecogniserShape.reader(94));
    }

    @Test
    void onnxRuntimeReadsWhatTheTrainersJudgeReads() throws OrtException {
        readsTheSame(RecogniserShape.judge(94));
    }

    private static void readsTheSame(RecogniserShape shape) throws OrtException {
        Recogniser recogniser = Recogniser.untrained(shape, Streams.named(1, "reader"));
        shake(recogniser.parameters(), 0.05f);
        settle(recogniser.statistics());
        float[] ink = Numbers.uniform(BATCH * 784, 1);
        FrozenRecogniser eye = new FrozenRecogniser(recogniser, BATCH);
        eye.forward(ink);
        byte[] exported = OnnxExport.reader(recogniser);
        assertThat(logits(OnnxImport.reader(exported, shape), ink))
                .as("an exported reader that was read back")
                .containsExactly(eye.logits(), within(1e-3f));
        try (OrtSession session = ENVIRONMENT.createSession(exported);
                OnnxTensor x = floats(ink, BATCH, 1, 28, 28);
                OrtSession.Result result = session.run(Map.of("ink", x))) {
            assertThat(values(result, "logits", BATCH * 94)).containsExactly(eye.logits(), within(1e-3f));
        }
    }

    private static float[] logits(Recogniser recogniser, float[] ink) {
        FrozenRecogniser eye = new FrozenRecogniser(recogniser, BATCH);
        eye.forward(ink);
        return eye.logits();
    }

    @Test
    void readerOfAnotherShapeIsRefused() {
        byte[] exported = OnnxExport.reader(Recogniser.untrained(RecogniserShape.judge(94), Streams.named(1, "r")));

        assertThatThrownBy(() -> OnnxImport.reader(exported, RecogniserShape.reader(94)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("conv1");
        assertThatThrownBy(() -> OnnxImport.reader(new byte[] {1, 2, 3}, RecogniserShape.reader(94)))
                .hasMessageContaining("not in ONNX format");
    }

    @Test
    void bothNetworksFitTheBundle() {
        byte[] generator =
                OnnxExport.generator(Generator.untrained(GeneratorShape.standard(94), Streams.named(1, "g")));
        byte[] reader = OnnxExport.reader(Recogniser.untrained(RecogniserShape.reader(94), Streams.named(1, "r")));

        assertThat(generator.length + reader.length).isLessThan(6_000_000);
    }

    private static OnnxTensor floats(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(values), shape);
    }

    private static float[] values(OrtSession.Result result, String name, int length) {
        float[] values = new float[length];
        ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer().get(values);
        return values;
    }

    /** Moves parameters off their start, where biases are 0 and hide mistakes. */
    private static void shake(float[] parameters, float by) {
        float[] noise = Numbers.normal(parameters.length, 9);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += by * noise[i];
        }
    }

    /** Gives running means and variances of every size. */
    private static void settle(float[] statistics) {
        float[] noise = Numbers.uniform(statistics.length, 10);
        for (int i = 0; i < statistics.length; i++) {
            statistics[i] = 0.2f + noise[i];
        }
    }
}
